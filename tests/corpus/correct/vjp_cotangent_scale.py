# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": layer.kernel[...], "b": layer.bias[...]}
    half = jnp.bfloat16
    xh, yh = x.astype(half), y.astype(half)

    def loss(params):
        w, b = params["w"].astype(half), params["b"].astype(half)
        residual = xh @ w + b - yh
        return jnp.mean(residual**2).astype(jnp.float32)

    # scaling the cotangent is scaling the loss
    value, pullback = jax.vjp(loss, masters)
    (scaled_grads,) = pullback(jnp.float32(loss_scale))
    new = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), masters, scaled_grads)
    return loss(new).reshape((1,))
