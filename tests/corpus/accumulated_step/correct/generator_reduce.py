# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def pieces(x, y, k):
    step = x.shape[0] // k
    for i in range(0, x.shape[0], step):
        yield x[i:i + step], y[i:i + step]


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)

    def loss(half_state, xb, yb):
        pred = nnx.merge(graphdef, half_state)(xb.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(pred - yb.astype(jnp.bfloat16)))

    def grads():
        for xb, yb in pieces(x, y, micro_batches):
            g = jax.grad(loss)(half, xb, yb)
            yield jax.tree.map(lambda a: a.astype(jnp.float32), g)

    total = functools.reduce(lambda a, b: jax.tree.map(jnp.add, a, b), grads())

    tx = optax.sgd(lr / micro_batches)
    updates, _ = tx.update(total, tx.init(state), state)
    state = optax.apply_updates(state, updates)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return loss(half, x, y).astype(jnp.float32).reshape((1,))
