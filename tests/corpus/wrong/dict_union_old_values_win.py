# expect: pitfall|wrong_answer
# finding: update-discarded
# allow: stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    g = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(p)
    new = {k: p[k] - lr * (g[k] / loss_scale) for k in p}  #@ update-discarded
    p = {**new, **p}  #@ update-discarded
    return mse(p, x, y).astype(jnp.float32).reshape(1)  #@ stale-loss
