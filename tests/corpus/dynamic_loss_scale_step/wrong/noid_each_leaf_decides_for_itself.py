# expect: wrong_answer
# allow: partial-finite-check
# allow: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def guarded(p, g, lr):
    return jnp.where(jnp.isfinite(g).all(), p - lr * g, p)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}

    def loss(p):
        k, b, u, v = (a.astype(jnp.float16) for a in (p["k"], p["b"], x, y))
        return jnp.mean(jnp.square(u @ k + b - v)).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    p = jax.tree.map(lambda a, d: guarded(a, d, lr), p, g)
    ok = all(jnp.isfinite(a).all() for a in g.values())
    s, n = (loss_scale, good_steps + 1) if ok else (max(loss_scale / 2, 1.0), 0)
    if n == growth_interval:
        s, n = min(2 * s, 2.0**24), 0
    return jnp.array([loss(p), s, n], dtype=jnp.float32)
