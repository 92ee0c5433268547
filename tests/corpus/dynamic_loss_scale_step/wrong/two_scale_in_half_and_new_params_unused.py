# expect: wrong_answer
# finding: low-precision-loss-scale
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    loss_scale = jnp.float16(loss_scale)  #@ low-precision-loss-scale
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])

    def loss(p):
        k, b, u, v = (a.astype(jnp.float16) for a in (*p, x, y))
        return jnp.mean((u @ k + b - v) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = all(jnp.isfinite(a).all() for a in g)
    new_p = jax.tree.map(lambda a, d: a - lr * d, p, g) if ok else p  #@ update-discarded
    s, n = (loss_scale, good_steps + 1) if ok else (jnp.maximum(loss_scale / 2, 1.0), 0)
    if n == growth_interval:
        s, n = jnp.minimum(s.astype(jnp.float32) * 2, 2.0**24), 0
    return jnp.array([loss(p), s, n], dtype=jnp.float32)  #@ update-discarded, stale-loss
