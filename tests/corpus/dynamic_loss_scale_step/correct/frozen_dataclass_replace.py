# expect: accepted
from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass(frozen=True)
class LossScale:
    value: float
    good: int
    interval: int
    floor: float = 1.0
    ceiling: float = 2.0**24

    def after(self, finite: bool) -> LossScale:
        return self._good_step() if finite else self._overflow()

    def _overflow(self) -> LossScale:
        return replace(self, value=max(self.value / 2, self.floor), good=0)

    def _good_step(self) -> LossScale:
        bumped = replace(self, good=self.good + 1)
        if bumped.good < self.interval:
            return bumped
        return replace(bumped, value=min(self.value * 2, self.ceiling), good=0)


@dataclass(frozen=True)
class Weights:
    kernel: jax.Array
    bias: jax.Array

    @classmethod
    def init(cls, n_in, n_out, seed):
        lin = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(seed))
        return cls(lin.kernel[...], lin.bias[...])


jax.tree_util.register_dataclass(Weights, ["kernel", "bias"], [])


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.float16), tree)


def mse(w, x, y):
    w, x, y = half((w, x, y))
    return jnp.mean(jnp.square(x @ w.kernel + w.bias - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    ls = LossScale(loss_scale, good_steps, growth_interval)
    w = Weights.init(x.shape[1], y.shape[1], int(seed))
    g = jax.grad(lambda w: mse(w, x, y).astype(jnp.float32) * ls.value)(w)
    g = jax.tree.map(lambda a: a / ls.value, g)
    finite = all(map(bool, map(jnp.all, map(jnp.isfinite, jax.tree.leaves(g)))))
    if finite:
        w = jax.tree.map(lambda a, b: a - lr * b, w, g)
    ls = ls.after(finite)
    return jnp.array([mse(w, x, y).astype(jnp.float32), ls.value, ls.good], jnp.float32)
