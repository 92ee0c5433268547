# expect: accepted
from functools import reduce
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


class Params(NamedTuple):
    w: jax.Array
    b: jax.Array


class Scale(NamedTuple):
    value: jax.Array
    streak: jax.Array


class Train(NamedTuple):
    params: Params
    scale: Scale


def half(t):
    return jax.tree.map(lambda a: lax.convert_element_type(a, jnp.float16), t)


def single(t):
    return jax.tree.map(lambda a: lax.convert_element_type(a, jnp.float32), t)


def objective(p, batch):
    xs, ys = batch
    r = xs @ p.w + p.b - ys
    return (r * r).mean()


def grew(s, interval):
    s = s._replace(streak=s.streak + 1)
    return lax.cond(
        s.streak >= interval,
        lambda t: Scale(jnp.minimum(2.0 * t.value, 16777216.0), jnp.zeros_like(t.streak)),
        lambda t: t,
        s,
    )


def accept(train, grads, lr, interval):
    moved = jax.tree.map(lambda p, g: p - lr * g, train.params, grads)
    return Train(moved, grew(train.scale, interval))


def reject(train, grads, lr, interval):
    del grads, lr, interval
    shrunk = Scale(jnp.maximum(0.5 * train.scale.value, 1.0), jnp.zeros_like(train.scale.streak))
    return train._replace(scale=shrunk)


@jax.jit
def step(train, batch, lr, interval):
    batch = half(batch)
    s = train.scale.value

    def scaled(p):
        return single(objective(p, batch)) * s

    raw = jax.grad(scaled)(half(train.params))
    ok = reduce(jnp.logical_and, [jnp.isfinite(g).all() for g in raw])
    grads = jax.tree.map(lambda g: g / s, single(raw))
    nxt = lax.cond(ok, accept, reject, train, grads, lr, interval)
    final = objective(half(nxt.params), batch)
    return jnp.stack([single(final), nxt.scale.value, single(nxt.scale.streak)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    train = Train(
        Params(lin.kernel.get_value(), lin.bias.get_value()),
        Scale(jnp.float32(loss_scale), jnp.int32(good_steps)),
    )
    return step(train, (jnp.asarray(x), jnp.asarray(y)), jnp.float32(lr), jnp.int32(growth_interval))
