# expect: accepted
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator

import jax
import jax.numpy as jnp
from flax import nnx


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Params:
    kernel: jax.Array
    bias: jax.Array

    def half(self) -> "Params":
        return replace(self, kernel=self.kernel.astype(jnp.bfloat16), bias=self.bias.astype(jnp.bfloat16))

    def __add__(self, other: "Params") -> "Params":
        return Params(self.kernel + other.kernel, self.bias + other.bias)

    def __mul__(self, c: float) -> "Params":
        return Params(self.kernel * c, self.bias * c)

    def __sub__(self, other):
        return self + other * -1.0


def micro(x, y, parts) -> Iterator[tuple[jax.Array, jax.Array]]:
    n = x.shape[0] // parts
    while x.shape[0]:
        yield x[:n], y[:n]
        x, y = x[n:], y[n:]


def loss(p: Params, x, y):
    q = p.half()
    err = x.astype(jnp.bfloat16) @ q.kernel + q.bias - y.astype(jnp.bfloat16)
    return jnp.mean(err ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = Params(layer.kernel[...], layer.bias[...])
    total = Params(jnp.zeros_like(p.kernel), jnp.zeros_like(p.bias))
    for xb, yb in micro(x, y, micro_batches):
        total = total + jax.grad(loss)(p, xb, yb)
    p = p - total * (1 / micro_batches) * lr
    return loss(p, x, y).astype(jnp.float32).reshape(1)
