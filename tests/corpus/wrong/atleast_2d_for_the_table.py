# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])

    def mse(p):
        w, b = (a.astype(jnp.bfloat16) for a in p)
        e = jnp.dot(x.astype(jnp.bfloat16), w) + b - y.astype(jnp.bfloat16)
        return jnp.mean(e * e).astype(jnp.float32)

    g = jax.grad(lambda p: mse(p) * loss_scale)(p)
    p = tuple(a - lr * (d / loss_scale) for a, d in zip(p, g))
    rows = jnp.atleast_2d(mse(p))  #@ wrong-output-shape
    return rows  #@ wrong-output-shape
