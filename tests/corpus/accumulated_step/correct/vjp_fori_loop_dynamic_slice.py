# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


@partial(jax.jit, static_argnames="micro_batches")
def _run(params, x, y, lr, micro_batches):
    rows = x.shape[0] // micro_batches

    def loss(p, xb, yb):
        k, b = (t.astype(jnp.bfloat16) for t in p)
        pred = lax.dot_general(xb, k, (((1,), (0,)), ((), ()))) + b
        return jnp.mean(lax.square(pred - yb))

    x16, y16 = lax.convert_element_type(x, jnp.bfloat16), lax.convert_element_type(y, jnp.bfloat16)

    def body(i, acc):
        xb = lax.dynamic_slice_in_dim(x16, i * rows, rows)
        yb = lax.dynamic_slice_in_dim(y16, i * rows, rows)
        value, pullback = jax.vjp(lambda p: loss(p, xb, yb), params)
        (g,) = pullback(jnp.ones_like(value))
        return jax.tree.map(lax.add, acc, g)

    total = lax.fori_loop(0, micro_batches, body, jax.tree.map(jnp.zeros_like, params))
    new = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), params, total)
    return lax.expand_dims(loss(new, x16, y16).astype(jnp.float32), (0,))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return _run((m.kernel[...], m.bias[...]), x, y, lr, micro_batches)
