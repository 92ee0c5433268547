# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss_of(kernel, bias, x16, y16):
    pred = x16 @ kernel.astype(jnp.bfloat16) + bias.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(pred - y16))


@partial(jax.jit, static_argnames="micro_batches")
def run(kernel, bias, x, y, lr, micro_batches):
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)
    rows = x.shape[0] // micro_batches

    def body(i, sums):
        xb = jax.lax.dynamic_slice_in_dim(x16, i * rows, rows)
        yb = jax.lax.dynamic_slice_in_dim(y16, i * rows, rows)
        gk, gb = jax.grad(loss_of, argnums=(0, 1))(kernel, bias, xb, yb)
        return sums[0] + gk.astype(jnp.float32), sums[1] + gb.astype(jnp.float32)

    sums = (jnp.zeros_like(kernel, dtype=jnp.float32), jnp.zeros_like(bias, dtype=jnp.float32))
    sk, sb = jax.lax.fori_loop(0, micro_batches, body, sums)
    kernel = (kernel - lr * sk / micro_batches).astype(jnp.float32)
    bias = (bias - lr * sb / micro_batches).astype(jnp.float32)
    return loss_of(kernel, bias, x16, y16)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    loss = run(model.kernel[...], model.bias[...], x, y, lr, micro_batches)
    return loss.astype(jnp.float32)[jnp.newaxis]
