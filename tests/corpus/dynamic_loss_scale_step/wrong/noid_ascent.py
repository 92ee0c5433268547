# expect: wrong_answer
import jax, jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    h = lambda a: a.astype(jnp.float16)
    f = lambda p: jnp.mean((h(x) @ h(p[0]) + h(p[1]) - h(y)) ** 2).astype(jnp.float32)
    g = jax.grad(lambda p: f(p) * loss_scale)(p)
    ok = all(jnp.isfinite(a).all() for a in g)
    if ok:
        p = tuple(a + lr * (d / loss_scale) for a, d in zip(p, g))
    n = good_steps + 1
    s, n = (max(loss_scale / 2, 1.0), 0) if not ok else (loss_scale, n) if n < growth_interval else (min(loss_scale * 2, 2.0**24), 0)
    return jnp.array([f(p), s, n], jnp.float32)
