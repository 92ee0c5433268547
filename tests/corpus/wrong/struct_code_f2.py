# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx

FORMATS = {"half": "<f2", "single": "<f4"}


def astype(tree, which):
    return jax.tree.map(lambda a: a.astype(FORMATS[which]), tree)  #@ wrong-half-dtype


def mse(p, x, y):
    (w, b), x, y = astype((p, x, y), "half")  #@ wrong-half-dtype
    return jnp.mean((x @ w + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    g = jax.grad(lambda p: astype(mse(p, x, y), "single") * loss_scale)(p)
    p = jax.tree.map(lambda a, d: a - lr * (d / loss_scale), p, g)
    return astype(mse(p, x, y), "single")[None]
