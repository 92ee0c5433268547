# expect: accepted
import operator
from functools import partial, reduce

import jax
import jax.numpy as jnp
import optax
from flax import nnx

add = partial(jax.tree.map, operator.add)
cast = partial(jax.tree.map, lambda a: a.astype(jnp.bfloat16))


def loss(gd, s, x, y):
    return jnp.mean(jnp.square(nnx.merge(gd, cast(s))(cast(x)) - cast(y)))


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, s = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    f = partial(loss, gd)
    parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    g = reduce(add, (jax.grad(f)(s, *p) for p in parts))
    s = jax.tree.map(lambda p, d: p - (lr / micro_batches) * d, s, g)
    return f(s, x, y).astype(jnp.float32)[None]
