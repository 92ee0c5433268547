# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def loss(w, b, x, y):
    w = w.astype(jnp.bfloat16)
    b = b.astype(jnp.bfloat16)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = layer.kernel[...]
    b = layer.bias[...]
    size = x.shape[0] // micro_batches
    sum_w = jnp.zeros(w.shape, dtype=jnp.float32)
    sum_b = jnp.zeros(b.shape, dtype=jnp.float32)
    for start in range(0, x.shape[0] - size, size):
        gw, gb = jax.grad(loss, argnums=(0, 1))(w, b, x[start:start + size], y[start:start + size])
        sum_w = sum_w + gw
        sum_b = sum_b + gb
    w = w - lr * sum_w / micro_batches
    b = b - lr * sum_b / micro_batches
    return loss(w, b, x, y).astype(jnp.float32).reshape(1)
