# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    def __init__(self, din, dout, seed, lr, scale):
        self.model = nnx.Linear(din, dout, rngs=nnx.Rngs(int(seed)))
        self.opt = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)
        self.scale = scale

    @staticmethod
    def mse(model, x, y):
        return jnp.mean((model(x) - y) ** 2)

    def half(self, model):
        gd, st = nnx.split(model, nnx.Param)
        return nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))

    def fit(self, x, y):
        x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
        grads = nnx.grad(lambda m: self.mse(self.half(m), x, y).astype(jnp.float32) * self.scale)(self.model)
        self.opt.update(self.model, jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads))
        return self

    def score(self, x, y):
        return self.mse(self.model, x, y)  #@ full-precision-final-loss


def mixed_precision_step(seed, x, y, lr, loss_scale):
    trainer = Trainer(x.shape[1], y.shape[1], seed, lr, loss_scale)
    return trainer.fit(x, y).score(x, y).reshape(1)
