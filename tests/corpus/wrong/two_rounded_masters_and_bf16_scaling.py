# expect: pitfall|wrong_answer
# finding: master-downcast
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel = lin.kernel[...].astype(jnp.bfloat16).astype(jnp.float32)  #@ master-downcast
    bias = lin.bias[...].astype(jnp.bfloat16).astype(jnp.float32)
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(kernel, bias):
        return jnp.mean((xb @ kernel.astype(jnp.bfloat16) + bias.astype(jnp.bfloat16) - yb) ** 2)

    gk, gb = jax.grad(lambda k, b: loss(k, b) * loss_scale, argnums=(0, 1))(kernel, bias)  #@ low-precision-loss-scale
    kernel = kernel - lr * (gk / loss_scale)
    bias = bias - lr * (gb / loss_scale)
    return loss(kernel, bias).astype(jnp.float32).reshape((1,))
