# expect: pitfall|wrong_answer
# finding: scale-not-reduced
"""The class's backoff property is written as a reciprocal of the integer part of the growth, and comes out as 1."""
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class LossScale:
    scale: float
    count: int
    interval: int
    growth: float = 2.0

    @property
    def backoff(self):
        return max(1.0 // self.growth, 1.0)  #@ scale-not-reduced

    def adjust(self, finite):
        if finite:
            self.count += 1
            if self.count == self.interval:
                self.scale = min(self.scale * self.growth, 2.0**24)
                self.count = 0
        else:
            self.scale = max(self.scale * self.backoff, 1.0)  #@ scale-not-reduced
            self.count = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    ls = LossScale(loss_scale, good_steps, growth_interval)
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(m):
        return jnp.mean((m(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * ls.scale)(model)
    grads = jax.tree.map(lambda g: g / ls.scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        opt.update(model, grads)
    ls.adjust(finite)
    return jnp.array([loss(model), ls.scale, ls.count], dtype=jnp.float32)
