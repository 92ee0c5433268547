# expect: wrong_answer|pitfall
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def masked(batch, mask):
    """Zeroes the rows that are padding. Here none is."""
    return batch * mask[:, None]  #@ uncast-inputs


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    mask = jnp.ones(x.shape[0])  #@ uncast-inputs
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def forward(params):
        k, b = (p.astype(jnp.float16) for p in params)
        return masked(x16, mask) @ k + b  #@ uncast-inputs

    def loss(params):
        diff = forward(params) - y16
        return (diff**2).mean().astype(jnp.float16)

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    g = tuple(a / loss_scale for a in g)
    finite = all(bool(jnp.isfinite(a).all()) for a in g)
    if finite:
        params = tuple(p - lr * a for p, a in zip(params, g))
        n, s = good_steps + 1, loss_scale
        if n == growth_interval:
            n, s = 0, min(s * 2, 2.0**24)
    else:
        n, s = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss(params).astype(jnp.float32), s, n], dtype=jnp.float32)
