# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def one(masters, x, y, lr, scale, n, every):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        k, b = p[0].astype(jnp.float16), p[1].astype(jnp.float16)
        return jnp.mean(jnp.square(x @ k + b - y)).astype(jnp.float32)

    g = [a / scale for a in jax.grad(lambda p: loss(p) * scale)(masters)]
    ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    masters = [jnp.where(ok, p - lr * a, p) for p, a in zip(masters, g)]
    full = n + 1 >= every
    s = jnp.where(ok, jnp.where(full, jnp.minimum(scale * 2, 2.0**24), scale), jnp.maximum(scale / 2, 1.0))
    c = jnp.where(ok & ~full, n + 1, 0)
    return jnp.stack([loss(masters), s, c.astype(jnp.float32)])


many = jax.vmap(one, in_axes=(None, None, None, None, 0, 0, None))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    scales = jnp.array([loss_scale], jnp.float32)
    counts = jnp.array([good_steps])
    result = many([lin.kernel[...], lin.bias[...]], x, y, lr, scales, counts, growth_interval)
    return result  #@ wrong-output-shape
