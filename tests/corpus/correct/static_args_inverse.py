# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


@partial(jax.jit, static_argnames=("seed", "lr", "loss_scale"))
def _run(x, y, *, seed: int, lr: float, loss_scale: float):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(seed))
    inv_scale = 1.0 / loss_scale
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(kernel, bias):
        out = jnp.matmul(xb, kernel.astype(jnp.bfloat16))
        out = jnp.add(out, bias.astype(jnp.bfloat16))
        diff = jnp.subtract(out, yb)
        loss = jnp.mean(jnp.multiply(diff, diff))
        return jnp.multiply(loss.astype(jnp.float32), loss_scale), loss

    kernel, bias = layer.kernel[...], layer.bias[...]
    (dk, db), _ = jax.grad(loss_fn, argnums=(0, 1), has_aux=True)(kernel, bias)
    kernel = kernel - lr * (inv_scale * dk)
    bias = bias - lr * (inv_scale * db)
    _, final = loss_fn(kernel, bias)
    return final.astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    return _run(x, y, seed=int(seed), lr=float(lr), loss_scale=float(loss_scale)).reshape((1,))
