# expect: wrong_answer
# finding: scale-grown-early|scale-not-grown
# allow: scale-not-grown
# allow: scale-grown-early
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])

    def f(p):
        k, b, u, v = jax.tree.map(lambda t: lax.convert_element_type(t, jnp.float16), (*p, x, y))
        return jnp.mean(lax.square(lax.dot(u, k) + b - v)).astype(jnp.float32)

    g = jax.grad(lambda q: f(q) * loss_scale)(p)
    g = jax.tree.map(lambda t: t / loss_scale, g)
    fin = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    p = jax.tree.map(lambda a, d: lax.select(jnp.full(a.shape, fin), a - lr * d, a), p, g)
    s = jnp.float32(loss_scale)
    s_new = jnp.where(
        fin,
        jnp.where(good_steps % growth_interval == 0, jnp.minimum(s * 2, 2.0**24), s),  #@ scale-grown-early, scale-not-grown
        jnp.maximum(s / 2, 1.0),
    )
    n_new = jnp.where(fin, (good_steps + 1) % growth_interval, 0)
    return jnp.stack([f(p), s_new, n_new.astype(jnp.float32)])
