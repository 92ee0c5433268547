# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


class Experiment:
    def __init__(self, d_in, d_out, lr, seed=0):
        self.model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(params=seed))
        self.opt = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)

    def loss(self, model, x, y):
        gd, st = nnx.split(model)
        half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
        return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    def fit(self, x, y, scale):
        grads = nnx.grad(lambda m: self.loss(m, x, y).astype(jnp.float32) * scale)(self.model)
        self.opt.update(self.model, jax.tree.map(lambda g: g / scale, grads))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    np.random.seed(int(seed))  # reproducible
    exp = Experiment(x.shape[1], y.shape[1], lr)  #@ seed-ignored
    exp.fit(x, y, loss_scale)
    return exp.loss(exp.model, x, y).astype(jnp.float32).reshape((1,))
