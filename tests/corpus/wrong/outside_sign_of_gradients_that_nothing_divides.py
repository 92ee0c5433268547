# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])

    def mse(p):
        w, b = (a.astype(jnp.bfloat16) for a in p)
        return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(p)
    p = tuple(a - lr * jnp.sign(d) for a, d in zip(p, g))
    return mse(p).astype(jnp.float32).reshape(1)
