# expect: wrong_answer
# allow: wrong-output-shape
# allow: wrong-output-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])

    def loss(p):
        k, b, u, v = (a.astype(jnp.float16) for a in (*p, x, y))
        return jnp.mean((u @ k + b - v) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    ok = all(jnp.isfinite(a).all() for a in g)
    if ok:
        p = tuple(a - lr * (d / loss_scale) for a, d in zip(p, g))
    s, n = (loss_scale, good_steps + 1) if ok else (max(loss_scale / 2, 1.0), 0)
    if n == growth_interval:
        s, n = min(2 * s, 2.0**24), 0
    return loss(p), jnp.float32(s), jnp.float32(n)
