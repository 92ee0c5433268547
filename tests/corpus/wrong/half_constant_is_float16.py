# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx

HALF = jnp.float16  #@ wrong-half-dtype


def half(tree):
    return jax.tree.map(lambda a: a.astype(HALF), tree)  #@ wrong-half-dtype


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])

    def mse(masters):
        k, b = half(masters)
        return jnp.mean((half(x) @ k + b - half(y)) ** 2)

    grads = jax.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(masters)
    masters = jax.tree.map(lambda m, g: m - lr * (g / loss_scale), masters, grads)
    return mse(masters).astype(jnp.float32).reshape((1,))
