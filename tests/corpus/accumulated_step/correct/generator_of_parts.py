# expect: accepted
import itertools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def micro(x, y, parts):
    rows, rest = divmod(len(x), parts)
    assert rest == 0, "N must be a multiple of micro_batches"
    for start in range(0, len(x), rows):
        yield x[start:start + rows], y[start:start + rows]


def running_sums(grads):
    yield from itertools.accumulate(grads, lambda a, b: jax.tree.map(jnp.add, a, b))


def last(iterable):
    item = None
    for item in iterable:
        pass
    return item


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(model, xb, yb):
        return jnp.mean(jnp.square(model(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)))

    grads = (nnx.grad(loss)(model, xb, yb) for xb, yb in micro(x, y, micro_batches))
    total = last(running_sums(grads))
    opt.update(model, jax.tree.map(lambda g: g / micro_batches, total))
    return jnp.asarray(loss(model, x, y), dtype=jnp.float32).reshape(1)
