# expect: accepted
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass(frozen=True)
class TrainState:
    params: Any
    accumulated: Any
    count: int = 0

    @classmethod
    def create(cls, params):
        return cls(params, jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params))

    def accumulate(self, grads):
        total = jax.tree.map(lambda t, g: t + g.astype(jnp.float32), self.accumulated, grads)
        return replace(self, accumulated=total, count=self.count + 1)

    def apply(self, lr):
        moved = jax.tree.map(lambda p, t: p - lr * (t / self.count), self.params, self.accumulated)
        return TrainState.create(moved)


def predict(params, x):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.matmul(x.astype(jnp.bfloat16), half["kernel"]) + half["bias"]


def loss_fn(params, x, y):
    return jnp.mean((predict(params, x) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = TrainState.create({"kernel": layer.kernel[...], "bias": layer.bias[...]})
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        state = state.accumulate(jax.grad(loss_fn)(state.params, xb, yb))
    state = state.apply(lr)
    return loss_fn(state.params, x, y).astype(jnp.float32).reshape(1)
