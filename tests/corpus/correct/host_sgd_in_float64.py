# expect: accepted
"""The step itself is done by numpy in double precision and rounded to float32 once."""
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss16(w, b, x, y):
    w, b, x, y = (jnp.asarray(a).astype(jnp.bfloat16) for a in (w, b, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (layer.kernel[...], layer.bias[...])
    scaled = lambda w, b: loss16(w, b, x, y).astype(jnp.float32) * loss_scale
    grads = jax.grad(scaled, argnums=(0, 1))(*masters)
    masters = [
        (np.asarray(p, np.float64) - lr * np.asarray(g, np.float64) / loss_scale).astype(np.float32)
        for p, g in zip(masters, grads)
    ]
    return np.asarray(loss16(*masters, x, y), dtype=np.float32).reshape(1)
