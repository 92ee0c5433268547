# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class Scaler(NamedTuple):
    value: float
    streak: int


def advance(s: Scaler, finite: bool, interval: int) -> Scaler:
    match finite, bool(s.streak + 1 == interval):
        case False, _:
            return Scaler(max(s.value / 2, 1.0), 0)
        case True, True:
            return Scaler(min(s.value * 2, 2.0**24), 0)
        case _:
            return s._replace(streak=s.streak + 1)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, masters = nnx.split(model)
    s = Scaler(loss_scale, good_steps)
    x, y = (jnp.asarray(a, jnp.float16) for a in (x, y))

    # differentiate with respect to the half copy: grads come out as float16
    def loss_at(half):
        return jnp.average(jnp.square(nnx.merge(gd, half)(x) - y))

    shrink = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
    grads = jax.grad(lambda h: loss_at(h).astype(jnp.float32) * s.value)(shrink(masters))
    finite = jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    if finite:
        masters = jax.tree.map(lambda p, g: p - lr * (g.astype(jnp.float32) / s.value), masters, grads)
    s = advance(s, bool(finite), growth_interval)
    return jnp.asarray([loss_at(shrink(masters)), *s], dtype=jnp.float32)
