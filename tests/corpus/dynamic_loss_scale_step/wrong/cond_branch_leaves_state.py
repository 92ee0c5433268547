# expect: wrong_answer
# finding: scale-not-reduced
# finding: count-not-reset
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


class State(NamedTuple):
    kernel: jax.Array
    bias: jax.Array
    scale: jax.Array
    count: jax.Array


def weights(s):
    return s.kernel, s.bias


def lower(t):
    return jax.tree.map(lambda a: a.astype(jnp.float16), t)


def loss16(wb, x, y):
    w, b = wb
    return jnp.mean(jnp.square(jnp.dot(x, w) + b - y))


def bump(s, interval):
    done = s.count + 1 == interval
    return s._replace(
        scale=jnp.where(done, jnp.minimum(s.scale * 2.0, 2.0**24), s.scale),
        count=jnp.where(done, 0, s.count + 1),
    )


def take(s, grads, lr, interval):
    gw, gb = grads
    return bump(s._replace(kernel=s.kernel - lr * gw, bias=s.bias - lr * gb), interval)


def leave(s, grads, lr, interval):
    return State(
        kernel=s.kernel,
        bias=s.bias,
        scale=jnp.clip(s.scale, 1.0, 2.0**24),  #@ scale-not-reduced
        count=s.count,  #@ count-not-reset
    )


@jax.jit
def advance(s, x, y, lr, interval):
    x, y = lower((x, y))
    raw = jax.grad(lambda wb: loss16(wb, x, y).astype(jnp.float32) * s.scale)(lower(weights(s)))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / s.scale, raw)
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    s = lax.cond(finite, take, leave, s, grads, lr, interval)
    loss = loss16(lower(weights(s)), x, y)
    return jnp.stack([loss.astype(jnp.float32), s.scale, s.count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    s = State(m.kernel[...], m.bias[...], jnp.float32(loss_scale), jnp.int32(good_steps))
    return advance(s, jnp.asarray(x), jnp.asarray(y), jnp.float32(lr), jnp.int32(growth_interval))
