# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed) + 1))
    params = (lin.kernel[...], lin.bias[...])

    def loss(params):
        k, b = (p.astype(jnp.bfloat16) for p in params)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    params = tuple(p - lr * (g / loss_scale) for p, g in zip(params, grads))
    return loss(params).astype(jnp.float32).reshape((1,))
