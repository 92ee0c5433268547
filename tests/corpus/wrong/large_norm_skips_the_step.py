# expect: wrong_answer
# finding: clipped-scaled-grads
"""Outliers are left out: no step when the gradient is too long."""
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(p):
        return jnp.mean((x16 @ p["w"].astype(jnp.bfloat16) + p["b"].astype(jnp.bfloat16) - y16) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    length = jnp.sqrt(sum(jnp.sum(g**2) for g in grads.values()))  #@ clipped-scaled-grads
    keep = length < 0.01  #@ clipped-scaled-grads
    grads = {k: jnp.where(keep, g, 0.0) for k, g in grads.items()}  #@ clipped-scaled-grads
    params = {k: params[k] - lr * (grads[k] / loss_scale) for k in params}
    return loss(params).astype(jnp.float32).reshape(1)
