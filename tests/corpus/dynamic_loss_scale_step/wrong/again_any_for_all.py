# expect: wrong_answer
# finding: partial-finite-check
import functools, jax, jax.numpy as jnp
from flax import nnx


@functools.partial(jax.jit, static_argnums=(6,))
def go(w, b, x, y, s, n, interval, lr):
    h = lambda t: t.astype(jnp.float16)
    L = lambda p: jnp.mean((h(x) @ h(p[0]) + h(p[1]) - h(y)) ** 2).astype(jnp.float32)
    g = jax.grad(lambda p: L(p) * s)((w, b))
    ok = jnp.isfinite(g[0]).any() & jnp.isfinite(g[1]).any()  #@ partial-finite-check
    w, b = (jnp.where(ok, p - lr * d / s, p) for p, d in zip((w, b), g))
    n = jnp.where(ok, n + 1, 0)
    up = n >= interval
    s = jnp.where(ok, jnp.where(up, jnp.minimum(2 * s, 2.0**24), s), jnp.maximum(s / 2, 1.0))
    return jnp.stack([L((w, b)), s, jnp.where(up, 0, n).astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return go(m.kernel[...], m.bias[...], x, y, jnp.float32(loss_scale), good_steps, growth_interval, lr)
