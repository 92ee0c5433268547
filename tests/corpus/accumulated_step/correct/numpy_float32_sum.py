# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = lin.kernel[...], lin.bias[...]

    @jax.jit
    def loss(params, xb, yb):
        k, b = params
        k = k.astype("bfloat16")
        b = b.astype("bfloat16")
        z = xb.astype("bfloat16") @ k + b
        return jnp.mean((yb.astype("bfloat16") - z) ** 2)

    grad = jax.jit(jax.grad(loss))
    x_parts = np.split(np.asarray(x), micro_batches)
    y_parts = np.split(np.asarray(y), micro_batches)
    sum_k = np.zeros(kernel.shape, np.float32)
    sum_b = np.zeros(bias.shape, np.float32)
    for xp, yp in zip(x_parts, y_parts):
        gk, gb = grad((kernel, bias), xp, yp)
        sum_k += np.asarray(gk)
        sum_b += np.asarray(gb)
    lr32 = np.float32(lr)
    kernel = kernel - lr32 * (sum_k / np.float32(micro_batches))
    bias = bias - lr32 * (sum_b / np.float32(micro_batches))
    out = loss((kernel, bias), x, y)
    return jnp.asarray(np.array([float(out)], dtype=np.float32))
