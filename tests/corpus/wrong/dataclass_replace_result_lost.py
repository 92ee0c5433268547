# expect: pitfall|wrong_answer
# finding: lr-ignored
from __future__ import annotations

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass(frozen=True, slots=True)
class Hyper:
    lr: float = 1e-2  #@ lr-ignored
    scale: float = 1.0


def mixed_precision_step(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    hyper: Hyper = Hyper(scale=loss_scale)  #@ lr-ignored
    replace(hyper, lr=lr)  #@ lr-ignored
    lin: nnx.Linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params: tuple[jax.Array, ...] = (lin.kernel[...], lin.bias[...])

    def mse(p: tuple[jax.Array, ...]) -> jax.Array:
        w, b, a, t = (v.astype(jnp.bfloat16) for v in (*p, x, y))
        return jnp.mean((a @ w + b - t) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * hyper.scale)(params)
    params = tuple(p - hyper.lr * (g / hyper.scale) for p, g in zip(params, grads))  #@ lr-ignored
    return mse(params).astype(jnp.float32).reshape(1)
