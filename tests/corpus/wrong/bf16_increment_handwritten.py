# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x_half = x.astype(jnp.bfloat16)
    y_half = y.astype(jnp.bfloat16)

    def loss_fn(params):
        kernel = params["kernel"].astype(jnp.bfloat16)
        bias = params["bias"].astype(jnp.bfloat16)
        return jnp.mean((x_half @ kernel + bias - y_half) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    for key, grad in grads.items():
        increment = lr * (grad / loss_scale)
        params[key] = params[key] - increment.astype(jnp.bfloat16)  #@ low-precision-update
    return loss_fn(params).astype(jnp.float32).reshape((1,))
