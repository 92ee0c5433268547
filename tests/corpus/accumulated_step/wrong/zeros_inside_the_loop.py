# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = params
    out = x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)
    return jnp.mean((out - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    size = x.shape[0] // micro_batches
    for i in range(micro_batches):
        start, stop = i * size, i * size + size
        sum_w, sum_b = jnp.zeros_like(w), jnp.zeros_like(b)  #@ last-micro-batch-only
        gw, gb = jax.grad(loss)((w, b), x[start:stop], y[start:stop])
        sum_w = sum_w + gw  #@ last-micro-batch-only
        sum_b = sum_b + gb  #@ last-micro-batch-only
    w = w - lr * sum_w / micro_batches
    b = b - lr * sum_b / micro_batches
    return loss((w, b), x, y).astype(jnp.float32).reshape(1)
