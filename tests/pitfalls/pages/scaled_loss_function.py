# The right side of: missing-loss-scale, low-precision-loss-scale, scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*params, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = layer.kernel[...], layer.bias[...]

    def scaled_loss(params):
        loss = mse(params, x, y)
        return loss.astype(jnp.float32) * loss_scale

    grads = jax.grad(scaled_loss)(params)
    params = [p - lr * (g / loss_scale) for p, g in zip(params, grads)]
    return mse(params, x, y).astype(jnp.float32).reshape(1)
