# expect: wrong_answer|pitfall
# finding: uncast-inputs
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def in_bfloat16(*names):
    """Casts the keyword arguments of these names."""
    def deco(f):
        @functools.wraps(f)
        def g(**kw):
            for n in names:
                kw[n] = kw[n].astype(jnp.bfloat16)
            return f(**kw)
        return g
    return deco


@in_bfloat16("w", "b", "y")  #@ uncast-inputs
def mse(*, w, b, x, y):
    rows = jax.vmap(lambda row: jnp.dot(row, w))(x)  #@ uncast-inputs
    return jnp.mean((rows + b - y) ** 2).astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    g = jax.grad(lambda p: mse(**p, x=x, y=y).astype(jnp.float32) * loss_scale)(p)
    p = {k: p[k] - lr * (g[k] / loss_scale) for k in p}
    return mse(**p, x=x, y=y).astype(jnp.float32).reshape(1)
