# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

BF16 = jnp.bfloat16


def part_loss(params, batch):
    w, b = (p.astype(BF16) for p in params)
    xs, ys = (t.astype(BF16) for t in batch)
    return jnp.mean((xs @ w + b - ys) ** 2)


@partial(jax.jit, static_argnames="micro_batches")
def step(params, x, y, lr, micro_batches):
    cut = lambda t: t.reshape(micro_batches, -1, t.shape[-1])

    def body(acc, batch):
        g = jax.grad(part_loss)(params, batch)
        return jax.tree.map(jnp.add, acc, g), None

    zeros = jax.tree.map(jnp.zeros_like, params)
    acc, _ = jax.lax.scan(body, zeros, (cut(x), cut(y)))
    params = jax.tree.map(lambda p, g: p - lr * (g / micro_batches), params, acc)
    return part_loss(params, (x, y))


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    out = step((net.kernel[...], net.bias[...]), x, y, lr, micro_batches)
    return out[None].astype(jnp.float32)
