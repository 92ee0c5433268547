# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def init(seed, d_in, d_out):
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    return layer.kernel[...], layer.bias[...]


def forward(params, x):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return x.astype(jnp.bfloat16) @ w + b


def mse(params, x, y):
    err = forward(params, x) - y.astype(jnp.bfloat16)
    return jnp.mean(err * err)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    params = init(seed, x.shape[1], y.shape[1])
    scaled = lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale
    grads = jax.grad(scaled)(params)
    params = tuple(p - lr * (g / loss_scale) for p, g in zip(params, grads))
    return mse(params, x, y).astype(jnp.float32).reshape(1)
