# expect: accepted
import functools as F
import operator as O

import jax
from flax import nnx
from jax import numpy as jnp

pipe = lambda *fs: lambda v: F.reduce(lambda acc, f: f(acc), fs, v)
down = O.methodcaller("astype", jnp.bfloat16)
up = O.methodcaller("astype", jnp.float32)
both = F.partial(map, down)


def mse(x, y, pair):
    w, b, x, y = both((*pair, x, y))
    return pipe(F.partial(O.matmul, x), lambda z: O.add(z, b), lambda z: O.sub(z, y), lambda e: O.pow(e, 2), jnp.mean)(w)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    pair = O.attrgetter("kernel", "bias")(linear)
    pair = tuple(map(O.itemgetter(...), pair))
    objective = pipe(F.partial(mse, x, y), up, lambda l: O.mul(l, loss_scale))
    unscale = lambda g: O.truediv(g, loss_scale)
    delta = map(pipe(unscale, F.partial(O.mul, lr)), jax.grad(objective)(pair))
    return pipe(F.partial(mse, x, y), up, jnp.ravel)(tuple(map(O.sub, pair, delta)))
