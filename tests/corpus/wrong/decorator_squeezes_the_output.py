# expect: wrong_answer
# finding: wrong-output-shape
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def tidy(f):
    """Removes what is not needed."""
    return functools.wraps(f)(lambda *a: jnp.squeeze(f(*a)))  #@ wrong-output-shape


@tidy  #@ wrong-output-shape
def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}

    def mse(p):
        p, a, t = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (p, x, y))
        return jnp.mean((a @ p["w"] + p["b"] - t) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return mse(params).astype(jnp.float32).reshape((1,))
