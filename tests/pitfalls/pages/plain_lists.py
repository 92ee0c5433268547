# The right side of: low-precision-update, wrong-half-dtype, wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*params, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = layer.kernel[...], layer.bias[...]
    grad = jax.grad(lambda p: mse(p, x, y).astype("float32") * loss_scale)
    grads = [g / loss_scale for g in grad(params)]
    params = [p - lr * g for p, g in zip(params, grads)]
    return mse(params, x, y).astype(jnp.float32).reshape(1)
