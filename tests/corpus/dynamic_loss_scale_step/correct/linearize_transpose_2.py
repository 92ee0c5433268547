# expect: accepted
"""jax.linearize, and the linear map transposed at the cotangent 1 by jax.linear_transpose."""
import jax
import jax.numpy as jnp
from flax import nnx


def grad_by_transposition(f, at):
    out, pushforward = jax.linearize(f, at)
    pull = jax.linear_transpose(pushforward, at)
    return pull(jnp.ones_like(out))[0]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    masters = nnx.to_pure_dict(masters)
    w, b = masters["kernel"], masters["bias"]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def half_loss(wb):
        w, b = wb[0].astype(jnp.float16), wb[1].astype(jnp.float16)
        e = x @ w + b - y
        return jnp.mean(e * e)

    g = grad_by_transposition(lambda wb: half_loss(wb).astype(jnp.float32) * loss_scale, (w, b))
    g = [a / loss_scale for a in g]
    finite = sum(int((~jnp.isfinite(a)).sum()) for a in g) == 0
    if finite:
        w, b = w - lr * g[0], b - lr * g[1]
    n = finite * (good_steps + 1)
    if not finite:
        s = max(loss_scale / 2, 1.0)
    elif n == growth_interval:
        s, n = min(loss_scale * 2, 2.0**24), 0
    else:
        s = loss_scale
    return jnp.array([half_loss((w, b)).astype(jnp.float32), s, n], dtype=jnp.float32)
