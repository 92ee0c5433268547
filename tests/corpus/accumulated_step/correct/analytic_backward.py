# expect: accepted
import jax.numpy as jnp
from flax import nnx

# I worked the derivative out on paper: d/dW mean((xW + b - y)^2) = 2/n x^T (xW + b - y)


def error(kernel, bias, xb, yb):
    pred = xb @ kernel.astype(jnp.bfloat16) + bias.astype(jnp.bfloat16)
    return pred - yb


def grad_of_part(kernel, bias, xb, yb):
    e = error(kernel, bias, xb, yb)
    d = e * jnp.bfloat16(2.0 / e.size)
    d_kernel = xb.T @ d
    d_bias = d.sum(axis=0)
    assert d_kernel.dtype == jnp.bfloat16
    return d_kernel.astype(jnp.float32), d_bias.astype(jnp.float32)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel = model.kernel[...]
    bias = model.bias[...]
    xh = jnp.asarray(x, dtype=jnp.bfloat16)
    yh = jnp.asarray(y, dtype=jnp.bfloat16)

    n = x.shape[0] // micro_batches
    total_kernel = jnp.zeros(kernel.shape, dtype=jnp.float32)
    total_bias = jnp.zeros(bias.shape, dtype=jnp.float32)
    for k in range(micro_batches):
        gk, gb = grad_of_part(kernel, bias, xh[k * n:(k + 1) * n], yh[k * n:(k + 1) * n])
        total_kernel += gk
        total_bias += gb

    kernel = kernel - lr * (total_kernel / micro_batches)
    bias = bias - lr * (total_bias / micro_batches)

    e = error(kernel, bias, xh, yh)
    return jnp.mean(e * e).astype(jnp.float32)[jnp.newaxis]
