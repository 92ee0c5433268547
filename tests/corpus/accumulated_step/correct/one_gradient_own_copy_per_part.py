# expect: accepted
"""Differentiate the sum of all losses once. Each part casts the masters for itself, so every part's gradient becomes
float32 before JAX adds them up."""
import jax
import jax.numpy as jnp
from flax import nnx


def part_loss(w, b, x, y):
    h = jnp.bfloat16
    return jnp.mean((x.astype(h) @ w.astype(h) + b.astype(h) - y.astype(h)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = model.kernel[...], model.bias[...]
    k = x.shape[0] // micro_batches

    def total(w, b):
        s = jnp.float32(0)
        for i in range(micro_batches):
            s = s + part_loss(w, b, x[i * k:(i + 1) * k], y[i * k:(i + 1) * k]).astype(jnp.float32)
        return s

    gw, gb = jax.grad(total, (0, 1))(w, b)
    w = w - lr * gw / micro_batches
    b = b - lr * gb / micro_batches
    return part_loss(w, b, x, y).astype(jnp.float32).reshape(1)
