# expect: pitfall|wrong_answer
# finding: seed-ignored
"""The helper that builds the layer has a default seed, and the call doesn't pass one."""
import jax
import jax.numpy as jnp
from flax import nnx


def init_params(d_in, d_out, seed=0):  #@ seed-ignored
    lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    return {"w": lin.kernel[...], "b": lin.bias[...]}


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.float16), (p, x, y))
    return jnp.mean((jnp.einsum("bi,io->bo", x, p["w"]) + p["b"] - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    seed = int(seed)
    p = init_params(x.shape[1], y.shape[1])  #@ seed-ignored
    g = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(p)
    g = {k: v / loss_scale for k, v in g.items()}
    if all(bool(jnp.isfinite(v).all()) for v in g.values()):
        p = {k: p[k] - lr * g[k] for k in p}
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            count, scale = 0, min(2 * scale, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([mse(p, x, y), scale, count], dtype=jnp.float32)
