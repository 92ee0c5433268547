# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = lin.kernel[...], lin.bias[...]
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def mse(params):
        w, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x @ w + b - y) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    params = tuple(p - lr * (g / loss_scale) for p, g in zip(params, grads))
    rmse = jnp.sqrt(mse(params))
    return rmse.astype(jnp.float32).reshape(1)
