# expect: wrong_answer
# finding: clipped-scaled-grads
"""Eager, one thing after the other; the norm is a Python float because I print it."""
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(w, b):
        pred = x16 @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)
        return jnp.mean((pred - y16) ** 2)

    def scaled(w, b):
        return loss_fn(w, b).astype(jnp.float32) * loss_scale

    gw, gb = jax.grad(scaled, argnums=(0, 1))(w, b)
    norm = float(jnp.sqrt(jnp.sum(gw**2) + jnp.sum(gb**2)))  #@ clipped-scaled-grads
    print("norm", norm)
    clip_coef = min(1.0, 1.0 / (norm + 1e-6))  #@ clipped-scaled-grads
    gw, gb = gw * clip_coef, gb * clip_coef  #@ clipped-scaled-grads
    gw, gb = gw / loss_scale, gb / loss_scale
    w, b = w - lr * gw, b - lr * gb
    return loss_fn(w, b).astype(jnp.float32).reshape(1)
