# expect: wrong_answer
# finding: seed-ignored
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx

KEY = jax.random.key(42)  #@ seed-ignored


def init(d_in, d_out):
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(params=KEY))  #@ seed-ignored
    return {"W": layer.kernel[...], "b": layer.bias[...]}


def loss(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((x @ p["W"] + p["b"] - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    p = init(x.shape[1], y.shape[1])  #@ seed-ignored
    g = jax.grad(lambda p: loss(p, x, y).astype(jnp.float32) * loss_scale)(p)
    for k in p: p[k] = p[k] - lr * (g[k] / loss_scale)
    return loss(p, x, y).astype(jnp.float32)  #@ wrong-output-shape
