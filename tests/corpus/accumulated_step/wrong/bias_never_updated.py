# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def loss(kernel, bias, x, y):
    pred = jnp.dot(x, kernel.astype(jnp.bfloat16)) + bias.astype(jnp.bfloat16)
    return jnp.mean((pred - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = lin.kernel[...], lin.bias[...]
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    total = jnp.zeros_like(kernel)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = total + jax.grad(loss)(kernel, bias, xb, yb)
    kernel = kernel - lr * total / micro_batches
    return loss(kernel, bias, x, y).astype(jnp.float32).reshape(1)
