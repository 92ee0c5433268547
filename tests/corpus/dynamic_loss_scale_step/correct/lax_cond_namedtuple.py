# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class TrainState(NamedTuple):
    kernel: jax.Array
    bias: jax.Array
    scale: jax.Array
    good: jax.Array


def predict(w, b, x):
    return jnp.dot(x, w) + b


def loss_fn(wb, x, y):
    w, b = (t.astype(jnp.float16) for t in wb)
    return jnp.mean((predict(w, b, x) - y) ** 2)


def one_step(state, x, y, lr, interval):
    scale16 = state.scale.astype(jnp.float16)  # was for debugging
    _ = scale16 + 1

    def scaled(wb):
        return loss_fn(wb, x, y).astype(jnp.float32) * state.scale

    gw, gb = jax.grad(scaled)((state.kernel, state.bias))
    gw, gb = gw.astype(jnp.float32) / state.scale, gb.astype(jnp.float32) / state.scale
    finite = jnp.logical_and(jnp.all(jnp.isfinite(gw)), jnp.all(jnp.isfinite(gb)))

    def good(s):
        return jax.lax.cond(
            s.good + 1 == interval,
            lambda t: t._replace(scale=jnp.minimum(t.scale * 2, 2.0**24), good=jnp.zeros_like(t.good)),
            lambda t: t._replace(good=t.good + 1),
            s._replace(kernel=s.kernel - lr * gw, bias=s.bias - lr * gb),
        )

    def bad(s):
        return s._replace(scale=jnp.maximum(s.scale / 2, 1.0), good=jnp.zeros_like(s.good))

    return jax.lax.cond(finite, good, bad, state)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    s = TrainState(lin.kernel[...], lin.bias[...], jnp.float32(loss_scale), jnp.int32(good_steps))
    x16 = jnp.asarray(x, jnp.float16)
    y16 = jnp.asarray(y, jnp.float16)
    s = jax.jit(one_step)(s, x16, y16, jnp.float32(lr), jnp.int32(growth_interval))
    final = loss_fn((s.kernel, s.bias), x16, y16)
    return jnp.stack([final.astype(jnp.float32), s.scale, s.good.astype(jnp.float32)])
