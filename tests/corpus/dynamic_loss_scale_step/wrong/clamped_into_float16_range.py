# expect: wrong_answer
# finding: clipped-scaled-grads|unchecked-overflow|partial-finite-check
# allow: unchecked-overflow
# allow: partial-finite-check
# allow: clipped-scaled-grads
import jax
import jax.numpy as jnp
from flax import nnx

BIG = float(jnp.finfo(jnp.float16).max)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": m.kernel[...], "b": m.bias[...]}

    def loss(p):
        k, b, u, v = (a.astype(jnp.float16) for a in (p["k"], p["b"], x, y))
        return jnp.mean((u @ k + b - v) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(p)
    # keep them representable
    g = jax.tree.map(lambda a: jnp.clip(a, -BIG, BIG), g)  #@ clipped-scaled-grads, unchecked-overflow, partial-finite-check
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = all(jnp.isfinite(a).all() for a in g.values())
    if ok:
        p = jax.tree.map(lambda a, d: a - lr * d, p, g)
    s, n = (loss_scale, good_steps + 1) if ok else (max(loss_scale / 2, 1.0), 0)
    if n == growth_interval:
        s, n = min(2 * s, 2.0**24), 0
    return jnp.array([loss(p), s, n], dtype=jnp.float32)
