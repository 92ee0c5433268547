# expect: pitfall|wrong_answer
# finding: stale-loss
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


class Experiment:
    def __init__(self, seed, x, y, lr):
        self.x, self.y = x, y
        self.model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
        self.opt = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)

    @functools.cached_property  #@ stale-loss
    def loss(self):  #@ stale-loss
        return mse(self.model, self.x, self.y)

    def step(self, parts):
        print("before:", self.loss)  #@ stale-loss
        total = jax.tree.map(jnp.zeros_like, nnx.state(self.model, nnx.Param))
        for xb, yb in zip(jnp.split(self.x, parts), jnp.split(self.y, parts)):
            total = jax.tree.map(jnp.add, total, nnx.grad(mse)(self.model, xb, yb))
        self.opt.update(self.model, jax.tree.map(lambda t: t / parts, total))
        print("after:", self.loss)


def accumulated_step(seed, x, y, lr, micro_batches):
    experiment = Experiment(seed, x, y, lr)
    experiment.step(micro_batches)
    return experiment.loss.astype(jnp.float32).reshape(1)  #@ stale-loss
