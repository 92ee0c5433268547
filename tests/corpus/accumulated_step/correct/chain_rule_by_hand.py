# expect: accepted
import jax.numpy as jnp
from flax import nnx

bf16, f32 = jnp.bfloat16, jnp.float32


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]

    def residual(w, b, x, y):
        return x.astype(bf16) @ w.astype(bf16) + b.astype(bf16) - y.astype(bf16)

    dw, db = jnp.zeros_like(w), jnp.zeros_like(b)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        r = residual(w, b, xb, yb)
        d = (2.0 / r.size * r.astype(f32)).astype(bf16)
        dw = dw + (xb.astype(bf16).T @ d).astype(f32)
        db = db + d.sum(axis=0).astype(f32)
    w, b = w - lr * dw / micro_batches, b - lr * db / micro_batches
    return jnp.mean(residual(w, b, x, y) ** 2).astype(f32).reshape(1)
