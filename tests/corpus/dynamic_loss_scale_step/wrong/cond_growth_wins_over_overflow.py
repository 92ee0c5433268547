# expect: wrong_answer
# finding: scale-not-reduced|scale-grown-early
import jax
import jax.numpy as jnp
from flax import nnx


def next_scale(scale, finite, hits):
    scale_after = jnp.where(finite, scale, jnp.maximum(scale / 2, 1.0))
    return jnp.where(hits, jnp.minimum(scale * 2, 2.0**24), scale_after)  #@ scale-not-reduced


@jax.jit
def train(params, x, y, lr, scale, good, interval):
    def mse(p):
        k, b, u, v = (a.astype(jnp.float16) for a in (*p, x, y))
        return jnp.mean(jnp.square(u @ k + b - v))

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * scale)(params)
    g = jax.tree.map(lambda a: a / scale, g)
    finite = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    params = jax.lax.cond(
        finite,
        lambda: jax.tree.map(lambda p, d: p - lr * d, params, g),
        lambda: params,
    )
    hits = good + 1 >= interval  #@ scale-not-reduced
    scale = next_scale(scale, finite, hits)  #@ scale-not-reduced
    good = jnp.where(finite & ~hits, good + 1, 0)
    return mse(params), scale, good


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    out = train((lin.kernel[...], lin.bias[...]), x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval)
    return jnp.stack([o.astype(jnp.float32) for o in out])
