# expect: pitfall|wrong_answer
# finding: missing-loss-scale
"""The pullback gets ones_like(loss) instead of the scale, and nothing is divided either."""
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def loss(p):
        w, b, xx, yy = (a.astype(jnp.float16) for a in (*p, x, y))
        return jnp.mean((xx @ w + b - yy) ** 2).astype(jnp.float32)

    value, pullback = jax.vjp(loss, params)
    (grads,) = pullback(jnp.ones_like(value))  #@ missing-loss-scale
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)

    n = good_steps + 1
    s = jnp.float32(loss_scale)
    s = jax.lax.switch(
        jnp.where(finite, int(n == growth_interval), 2),
        [lambda s: s, lambda s: jnp.minimum(2 * s, 2.0**24), lambda s: jnp.maximum(s / 2, 1.0)],
        s,
    )
    n = jnp.where(finite, n % growth_interval, 0)
    return jnp.stack([loss(params), s, n.astype(jnp.float32)])
