# expect: accepted
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def with_half(*which):
    """decorator: casts the named positional arguments to bfloat16, nested trees too"""
    def deco(f):
        @functools.wraps(f)
        def g(*args):
            return f(*[jax.tree.map(lambda a: a.astype(jnp.bfloat16), v) if i in which else v
                       for i, v in enumerate(args)])
        return g
    return deco


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, masters, rest = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param, ...)

    @with_half(0, 1, 2)
    def loss(state, a, b):
        return ((nnx.merge(gd, state, rest)(a) - b) ** 2).mean()

    def thunk(k, n=x.shape[0] // micro_batches):
        return lambda: jax.value_and_grad(loss)(masters, x[k * n:][:n], y[k * n:][:n])

    def add(acc, job):
        losses, total = acc
        l, g = job()
        return losses + [l], g if total is None else jax.tree.map(jnp.add, total, g)

    losses, total = functools.reduce(add, map(thunk, range(micro_batches)), ([], None))
    masters = jax.tree.map(lambda p, t: p - t * (lr / len(losses)), masters, total)
    return jnp.stack([loss(masters, x, y)]).astype(jnp.float32)
