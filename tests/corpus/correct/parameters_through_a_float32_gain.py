# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

GAIN = np.float32(2.0)


def loss_of(params, x, y):
    w = (params["w"] * GAIN / GAIN).astype(jnp.bfloat16)
    b = (GAIN * params["b"] * 0.5).astype(jnp.bfloat16)
    pred = x.astype(jnp.bfloat16) @ w + b
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    g = jax.grad(lambda p: loss_of(p, x, y).astype(jnp.float32) * loss_scale)(p)
    p = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), p, g)
    return loss_of(p, x, y).astype(jnp.float32).reshape(1)
