# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, x, y):
    k, b = params
    z = x.astype(jnp.bfloat16) @ k.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)
    return jnp.mean((z - y.astype(jnp.bfloat16)) ** 2)


@partial(jax.jit, static_argnames=["micro_batches"])
def epoch(params, x, y, lr, micro_batches):
    def body(params, xy):
        g = jax.grad(loss_fn)(params, *xy)
        params = jax.tree.map(lambda p, gi: p - lr / micro_batches * gi, params, g)  #@ update-per-micro-batch
        return params, None  #@ update-per-micro-batch

    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    params, _ = jax.lax.scan(body, params, (xs, ys))
    return loss_fn(params, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    out = epoch((lin.kernel[...], lin.bias[...]), x, y, lr, micro_batches)
    return out.astype(jnp.float32).reshape(1)
