# expect: accepted
"""Right: in a fori_loop, lax.cond lets the first gradient replace the empty sum, and adds the later ones."""
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import lax


def rows_loss(params, x, y):
    kernel, bias = jax.tree.map(lambda p: p.astype(jnp.bfloat16), (params["kernel"], params["bias"]))
    out = lax.dot_general(x.astype(jnp.bfloat16), kernel, (((1,), (0,)), ((), ()))) + bias[None, :]
    return jnp.mean(lax.square(out - y.astype(jnp.bfloat16)))


@functools.partial(jax.jit, static_argnames="micro_batches")
def update(params, x, y, lr, micro_batches):
    size = x.shape[0] // micro_batches

    def body(i, total):
        part = [lax.dynamic_slice(a, (i * size, 0), (size, a.shape[1])) for a in (x, y)]
        grads = jax.grad(rows_loss)(params, *part)
        return lax.cond(i == 0, lambda t, g: g, lambda t, g: jax.tree.map(jnp.add, t, g), total, grads)

    empty = jax.tree.map(lambda p: jnp.full_like(p, jnp.nan), params)
    total = lax.fori_loop(0, micro_batches, body, empty)
    tx = optax.sgd(lr)
    steps, _ = tx.update(jax.tree.map(lambda t: t / micro_batches, total), tx.init(params))
    return optax.apply_updates(params, steps)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    params = update(params, x, y, lr, micro_batches=micro_batches)
    return lax.reshape(rows_loss(params, x, y), (1,)).astype(jnp.float32)
