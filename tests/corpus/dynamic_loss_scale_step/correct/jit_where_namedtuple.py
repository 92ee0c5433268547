# expect: accepted
from functools import partial
from typing import NamedTuple
import jax
import jax.numpy as jnp
from flax import nnx


class Scale(NamedTuple):
    value: jax.Array
    good: jax.Array


class Params(NamedTuple):
    w: jax.Array
    b: jax.Array


def half(tree):
    return jax.tree.map(lambda t: t.astype(jnp.float16), tree)


def objective(p: Params, x, y):
    p, x, y = half((p, x, y))
    r = jnp.matmul(x, p.w) + p.b - y
    return jnp.mean(r * r)


@jax.jit
def step(p, s, x, y, lr, interval):
    _, g = jax.value_and_grad(lambda q: objective(q, x, y).astype(jnp.float32) * s.value)(p)
    g = jax.tree.map(lambda t: t.astype(jnp.float32) / s.value, g)
    fine = jnp.isfinite(g.w).all() & jnp.isfinite(g.b).all()
    p = jax.tree.map(lambda old, d: jnp.where(fine, old - lr * d, old), p, g)
    n = s.good + 1
    grown = n >= interval
    up = jnp.where(grown, jnp.minimum(s.value * 2, 2.0**24), s.value)
    down = jnp.maximum(s.value / 2, 1.0)
    s = Scale(jnp.where(fine, up, down), jnp.where(fine & ~grown, n, 0.0))
    return p, s, objective(p, x, y).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    f = partial(jnp.asarray, dtype=jnp.float32)
    p, s, l = step(Params(lin.kernel[...], lin.bias[...]), Scale(f(loss_scale), f(good_steps)), f(x), f(y), f(lr), f(growth_interval))
    return jnp.array([l, s.value, s.good])
