# expect: accepted
from functools import partial
from typing import NamedTuple
import jax, jax.numpy as jnp
from flax import nnx


class Carry(NamedTuple):
    kernel: jax.Array
    bias: jax.Array
    unused_loss: jax.Array


def part_loss(masters, batch):
    k, b = (m.astype(jnp.bfloat16) for m in masters)
    inp, tgt = batch
    out = jax.lax.dot(inp, k) + b
    return jnp.mean(jax.lax.integer_pow(out - tgt, 2))


@partial(jax.jit, static_argnames=("micro_batches",))
def go(masters, x, y, lr, micro_batches):
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def body(c, batch):
        l, (gk, gb) = jax.value_and_grad(part_loss)(masters, batch)
        return Carry(c.kernel + gk, c.bias + gb, c.unused_loss + l), l

    start = Carry(jnp.zeros_like(masters[0]), jnp.zeros_like(masters[1]), jnp.bfloat16(0))
    total, _ = jax.lax.scan(body, start, (xs, ys))
    rate = lr / micro_batches
    new = (masters[0] - rate * total.kernel, masters[1] - rate * total.bias)
    return part_loss(new, (x, y)).astype(jnp.float32)[jnp.newaxis]


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return go((m.kernel[...], m.bias[...]), jnp.asarray(x), jnp.asarray(y), lr, micro_batches)
