# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def cost(kernel, bias, x, y):
    kernel, bias, x, y = (t.astype(jnp.bfloat16) for t in (kernel, bias, x, y))
    return jnp.mean(jnp.square(jnp.matmul(x, kernel) + bias - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = layer.kernel[...], layer.bias[...]
    slope = jax.grad(cost, argnums=0)
    total = jnp.zeros_like(kernel)
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = total + slope(kernel, bias, *part)
    kernel = kernel - lr * (total / micro_batches)
    return cost(kernel, bias, x, y).astype(jnp.float32).reshape(1)
