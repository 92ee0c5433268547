# expect: wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    theta = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    metrics = {}

    def loss(theta):
        kernel, bias = theta["kernel"].astype(jnp.bfloat16), theta["bias"].astype(jnp.bfloat16)
        diff = x.astype(jnp.bfloat16) @ kernel + bias - y.astype(jnp.bfloat16)
        value = jnp.mean(diff ** 2).astype(jnp.float32)
        scaled = value * loss_scale
        return value, scaled  #@ missing-loss-scale

    (value, metrics["scaled"]), grads = jax.value_and_grad(loss, has_aux=True)(theta)
    grads = {k: g / loss_scale for k, g in grads.items()}
    theta = {k: theta[k] - lr * grads[k] for k in theta}
    final, _ = loss(theta)
    return final.reshape(1)
