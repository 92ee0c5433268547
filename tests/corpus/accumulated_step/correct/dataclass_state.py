# expect: accepted
from __future__ import annotations

import dataclasses
import functools

import jax
import jax.numpy as jnp
from flax import nnx


@functools.partial(jax.tree_util.register_dataclass, data_fields=["w", "b"], meta_fields=[])
@dataclasses.dataclass(frozen=True)
class Affine:
    w: jax.Array
    b: jax.Array

    def __add__(self, other: Affine) -> Affine:
        return Affine(self.w + other.w, self.b + other.b)

    def __mul__(self, c) -> Affine:
        return Affine(self.w * c, self.b * c)

    def __sub__(self, other: Affine) -> Affine:
        return Affine(self.w - other.w, self.b - other.b)

    def half(self) -> Affine:
        return Affine(self.w.astype(jnp.bfloat16), self.b.astype(jnp.bfloat16))

    def __call__(self, x):
        return x @ self.w + self.b


def objective(master: Affine, x, y):
    return ((master.half()(x) - y) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = Affine(lin.kernel[...], lin.bias[...])
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    n = x.shape[0] // micro_batches
    acc = Affine(jnp.zeros_like(master.w), jnp.zeros_like(master.b))
    for i in range(micro_batches):
        acc = acc + jax.grad(objective)(master, x[i*n:i*n+n], y[i*n:i*n+n])
    master = master - acc * (1.0 / micro_batches) * lr
    return jnp.array([objective(master, x, y)], jnp.float32)
