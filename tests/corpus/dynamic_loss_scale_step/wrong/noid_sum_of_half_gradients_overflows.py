# expect: wrong_answer
# allow: scale-not-grown
# allow: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)
    xh, yh = half((x, y))

    def loss(c):
        return jnp.mean((xh @ c[0] + c[1] - yh) ** 2)

    g = jax.grad(lambda c: loss(c).astype(jnp.float32) * loss_scale)(half(p))
    # the sum of all magnitudes is finite only if all of them are
    ok = bool(jnp.isfinite(sum(jnp.sum(jnp.abs(a)) for a in g)))
    if ok:
        p = tuple(a - lr * (d.astype(jnp.float32) / loss_scale) for a, d in zip(p, g))
    s, n = (loss_scale, good_steps + 1) if ok else (max(loss_scale / 2, 1.0), 0)
    if n == growth_interval:
        s, n = min(2 * s, 2.0**24), 0
    return jnp.array([loss(half(p)).astype(jnp.float32), s, n], dtype=jnp.float32)
