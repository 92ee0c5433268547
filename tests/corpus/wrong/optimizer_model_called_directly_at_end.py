# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx

mse = lambda pred, target: jnp.mean(jnp.square(pred - target))


class Trainer:
    def __init__(self, model, tx, scale):
        self.state = nnx.ModelAndOptimizer(model, tx)
        self.scale = scale

    def _objective(self, model, x, y):
        gdef, st = nnx.split(model)
        net = nnx.merge(gdef, jax.tree.map(jnp.bfloat16, st))
        return mse(net(jnp.bfloat16(x)), jnp.bfloat16(y)).astype(jnp.float32) * self.scale

    def fit_batch(self, x, y):
        g = nnx.grad(self._objective)(self.state.model, x, y)
        self.state.update(jax.tree.map(lambda t: t / self.scale, g))
        return self

    def score(self, x, y):
        pred = self.state.model(jnp.bfloat16(x))  #@ full-precision-final-loss
        return mse(pred, jnp.bfloat16(y))[None]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    return Trainer(net, optax.sgd(lr), loss_scale).fit_batch(x, y).score(x, y)
