# expect: accepted
import operator as op
from functools import partial, reduce

import jax
import jax.numpy as jnp
from flax import nnx

tmap = jax.tree.map
half = partial(tmap, lambda a: jnp.asarray(a, jnp.bfloat16))


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    L = lambda p, d: (lambda m, u, v: ((m(u) - v) ** 2).mean())(nnx.merge(gd, half(p)), *half(d))
    cut = lambda a: a.reshape(micro_batches, -1, a.shape[1])
    gs = jax.lax.map(partial(jax.grad(L), p), (cut(x), cut(y)))
    each = (tmap(op.itemgetter(i), gs) for i in reversed(range(micro_batches)))
    g = reduce(partial(tmap, op.add), each)
    return L(tmap(lambda w, s: w - lr / micro_batches * s, p, g), (x, y)).astype("float32")[None]
