# expect: accepted
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Loop(NamedTuple):
    i: jax.Array
    mean: nnx.State


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    xs = jnp.reshape(x, (micro_batches, -1, x.shape[1])).astype(jnp.bfloat16)
    ys = jnp.reshape(y, (micro_batches, -1, y.shape[1])).astype(jnp.bfloat16)

    def loss(params, xb, yb):
        small = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        diff = nnx.merge(graphdef, small)(xb) - yb
        return jnp.mean(diff * diff)

    def more(loop):
        return loop.i < micro_batches

    def one(loop):
        g = jax.grad(loss)(masters, xs[loop.i], ys[loop.i])
        count = (loop.i + 1).astype(jnp.float32)
        return Loop(loop.i + 1, jax.tree.map(lambda m, n: m + (n - m) / count, loop.mean, g))

    end = jax.lax.while_loop(more, one, Loop(jnp.int32(0), jax.tree.map(jnp.zeros_like, masters)))
    tx = optax.chain(optax.scale(4.0), optax.sgd(lr), optax.scale(0.25))
    updates, _ = tx.update(end.mean, tx.init(masters), masters)
    new = optax.apply_updates(masters, updates)
    result = loss(new, xs.reshape(-1, x.shape[1]), ys.reshape(-1, y.shape[1]))
    return jnp.ravel(result).astype(jnp.float32)
