# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    bx = x.astype(jnp.bfloat16)
    by = y.astype(jnp.bfloat16)

    def mse(p):
        k, b = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        return jnp.mean((bx @ k + b - by) ** 2)

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(p)
    jax.tree.map(lambda a: a / loss_scale, g)  # undo the scaling  #@ unscaled-grads
    p = jax.tree.map(lambda a, d: a - lr * d, p, g)  #@ unscaled-grads
    return mse(p).astype(jnp.float32).reshape(1)
