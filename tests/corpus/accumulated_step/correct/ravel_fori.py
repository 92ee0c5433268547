# expect: accepted
import functools

import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


@functools.partial(jax.jit, static_argnums=(0, 5))
def _run(unflatten_and_apply, theta, x, y, lr, n):
    def loss(theta, x, y):
        residual = unflatten_and_apply(theta.astype(jnp.bfloat16), x) - y
        return jnp.mean(residual**2)

    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    size = x.shape[0] // n

    def body(i, acc):
        xb = jax.lax.dynamic_slice_in_dim(x, i * size, size)
        yb = jax.lax.dynamic_slice_in_dim(y, i * size, size)
        return acc + jax.grad(loss)(theta, xb, yb)

    total = jax.lax.fori_loop(0, n, body, jnp.zeros_like(theta))
    theta = theta - lr * (total / n)
    return loss(theta, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    d_in, d_out = x.shape[1], y.shape[1]
    model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    theta, _ = ravel_pytree({"bias": model.bias[...], "kernel": model.kernel[...]})

    def apply(theta, x):
        bias, kernel = theta[:d_out], theta[d_out:].reshape(d_in, d_out)
        return x @ kernel + bias

    loss = _run(apply, theta, jnp.asarray(x), jnp.asarray(y), lr, micro_batches)
    return loss.astype(jnp.float32).reshape(-1)
