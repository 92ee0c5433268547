# expect: wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

# the bias is only a handful of numbers, the kernel is where overflows come from


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = lin.kernel[...], lin.bias[...]
    xh, yh = (np.asarray(a).astype(np.float16) for a in (x, y))

    def loss(kernel, bias):
        err = jnp.matmul(xh, kernel.astype(np.float16)) + bias.astype(np.float16) - yh
        return jnp.mean(jnp.square(err))

    gk, gb = jax.grad(lambda k, b: loss(k, b).astype(np.float32) * loss_scale, argnums=(0, 1))(kernel, bias)
    gk, gb = np.asarray(gk) / np.float32(loss_scale), np.asarray(gb) / np.float32(loss_scale)

    if np.all(np.isfinite(gk)):  #@ partial-finite-check
        kernel, bias = kernel - lr * gk, bias - lr * gb
        good_steps += 1
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    if good_steps == growth_interval:
        loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0

    return np.array([loss(kernel, bias), loss_scale, good_steps], dtype=np.float32)
