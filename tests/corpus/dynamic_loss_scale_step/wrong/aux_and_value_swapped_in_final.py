# expect: wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    xs, ys = jnp.float16(x), jnp.float16(y)

    def f(p):
        loss = jnp.mean((xs @ jnp.float16(p[0]) + jnp.float16(p[1]) - ys) ** 2).astype(jnp.float32)
        return loss * loss_scale, loss

    g, _ = jax.grad(f, has_aux=True)(p)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    p = jax.tree.map(lambda a, d: jnp.where(ok, a - lr * d, a), p, g)
    reached = good_steps + 1 >= growth_interval
    s = jnp.where(ok, min(loss_scale * 2, 2.0**24) if reached else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(ok & (not reached), good_steps + 1, 0)
    loss, _ = f(p)  #@ scaled-loss-returned
    return jnp.stack([loss, s.astype(jnp.float32), n.astype(jnp.float32)])
