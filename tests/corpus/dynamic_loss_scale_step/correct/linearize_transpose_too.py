# expect: accepted
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class W(NamedTuple):
    k: jax.Array
    b: jax.Array


def mse(x, y, w):
    return jnp.square((x @ w.k + w.b) - y).mean()


def half(a):
    return a.astype("float16")


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = W(lin.kernel[...], lin.bias[...])
    f = partial(mse, half(jnp.asarray(x)), half(jnp.asarray(y)))
    w16 = W(*map(half, w))
    _, pushforward = jax.linearize(lambda v: f(v).astype("float32") * loss_scale, w16)
    transposed = jax.linear_transpose(pushforward, w16)
    (g16,) = transposed(jnp.ones((), "float32"))
    g = jax.tree.map(lambda a: a.astype("float32") / loss_scale, g16)
    # inf - inf and nan - nan are nan, which is not 0
    fine = jax.tree.all(jax.tree.map(lambda a: bool(jnp.all(a - a == 0)), g))
    tx = optax.sgd(lr)
    state = tx.init(w)
    if fine:
        u, state = tx.update(g, state, w)
        w = optax.apply_updates(w, u)
    scale, count = {
        (True, True): (min(loss_scale * 2.0, 16777216.0), 0),
        (True, False): (loss_scale, good_steps + 1),
    }.get((fine, good_steps + 1 >= growth_interval), (max(loss_scale * 0.5, 1.0), 0))
    return jnp.asarray([f(W(*map(half, w))).astype("float32"), scale, count], dtype="float32")
