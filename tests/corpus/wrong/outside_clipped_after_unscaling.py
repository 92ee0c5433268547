# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (p["w"], p["b"], x, y))
    return jnp.mean((x @ w + b - y) ** 2).astype(jnp.float32)


def clip(tree, limit):
    return jax.tree.map(lambda t: jnp.clip(t, -limit, limit), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    g = jax.grad(lambda p: mse(p, x, y) * loss_scale)(p)
    g = clip(jax.tree.map(lambda t: t / loss_scale, g), 1e-2)
    p = jax.tree.map(lambda a, d: a - lr * d, p, g)
    return mse(p, x, y).reshape(1)
