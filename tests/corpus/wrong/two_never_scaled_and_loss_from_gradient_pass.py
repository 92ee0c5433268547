# expect: wrong_answer
# finding: missing-loss-scale
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Learner:
    def __init__(self, model, lr):
        self.model, self.history = model, []
        self.optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(self, model, x, y):
        gdef, st = nnx.split(model, nnx.Param)
        m = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        out = jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)
        return out.astype(jnp.float32)  #@ missing-loss-scale

    def learn(self, x, y):
        loss, grads = nnx.value_and_grad(self.loss)(self.model, x, y)  #@ missing-loss-scale
        self.optimizer.update(self.model, grads)
        self.history.append(loss)  #@ stale-loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    learner = Learner(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))), lr)
    learner.learn(x, y)
    return learner.history[-1].reshape(1)  #@ stale-loss
