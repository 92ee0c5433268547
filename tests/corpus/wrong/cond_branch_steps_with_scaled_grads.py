# expect: wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx

half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def mse(p, x, y):
    p, x, y = half((p, x, y))
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2).astype(jnp.float32)


@jax.jit
def train(p, x, y, lr, s):
    g_scaled = jax.grad(lambda p: mse(p, x, y) * s)(p)
    g = jax.tree.map(lambda t: t / s, g_scaled)
    norm = jnp.sqrt(sum(jnp.vdot(t, t) for t in jax.tree.leaves(g)))
    return jax.lax.cond(
        jnp.isfinite(norm),
        lambda: jax.tree.map(lambda a, b: a - lr * b, p, g_scaled),  #@ unscaled-grads
        lambda: p,
    )


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = train({"w": m.kernel[...], "b": m.bias[...]}, x, y, lr, loss_scale)
    return mse(p, x, y).reshape(1)
