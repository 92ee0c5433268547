# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def mse(params, keepdims=False):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2, keepdims=keepdims)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    params = [p - lr * (g / loss_scale) for p, g in zip(params, grads)]
    out = mse(params, keepdims=True)  #@ wrong-output-shape
    return out.astype(jnp.float32)  #@ wrong-output-shape
