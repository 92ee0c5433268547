# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import lax


def loss(masters, batch):
    x, y = batch
    kernel, bias = (m.astype(jnp.bfloat16) for m in masters)
    return (((x @ kernel + bias) - y) ** 2).mean()


@partial(jax.jit, static_argnames="micro_batches")
def run(masters, x, y, lr, micro_batches):
    xs = x.reshape(micro_batches, -1, x.shape[-1])
    ys = y.reshape(micro_batches, -1, y.shape[-1])

    def body(acc, batch):
        g = jax.grad(loss)(masters, batch)
        return jax.tree.map(lambda a, b: a + b, acc, g), None

    zero = jax.tree.map(lambda m: jnp.zeros(m.shape, jnp.float32), masters)
    total, _ = lax.scan(body, zero, (xs, ys))
    new = jax.tree.map(lambda m, g: m - lr * (g / micro_batches), masters, total)
    return loss(new, (x, y))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (layer.kernel[...], layer.bias[...])
    out = run(masters, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16), lr, micro_batches=micro_batches)
    return jnp.asarray([out], dtype=jnp.float32)
