# expect: wrong_answer
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class Result(NamedTuple):
    loss: jax.Array
    count: jax.Array
    scale: jax.Array


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]

    def mse(w, b):
        e = x.astype(jnp.float16) @ w.astype(jnp.float16) + b.astype(jnp.float16) - y.astype(jnp.float16)
        return jnp.mean(e * e)

    gw, gb = jax.grad(lambda w, b: mse(w, b).astype(jnp.float32) * loss_scale, (0, 1))(w, b)
    gw, gb = gw / loss_scale, gb / loss_scale
    finite = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()
    w, b = jnp.where(finite, w - lr * gw, w), jnp.where(finite, b - lr * gb, b)
    n = jnp.where(finite, good_steps + 1, 0)
    grow = n >= growth_interval
    s = jnp.float32(loss_scale) * jnp.where(grow, 2.0, jnp.where(finite, 1.0, 0.5))
    s = jnp.clip(s, 1.0, 2.0**24)
    n = jnp.where(grow, 0, n)
    result = Result(loss=mse(w, b), count=n, scale=s)
    return jnp.stack([v.astype(jnp.float32) for v in result])
