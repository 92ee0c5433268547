# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def core(p, x, y, lr, s, n, every):
    def loss(p):
        k, b = (a.astype(jnp.float16) for a in p)
        return jnp.mean((x @ k + b - y) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * s)(p)
    g = jax.tree.map(lambda a: a / s, g)
    ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    p = jax.tree.map(lambda a, d: jnp.where(ok, a - lr * d, a), p, g)
    full = n + 1 >= every
    return jnp.stack([
        loss(p),
        jnp.where(ok, jnp.where(full, jnp.minimum(s * 2, 2.0**24), s), jnp.maximum(s / 2, 1.0)),
        jnp.where(ok & ~full, n + 1, 0).astype(jnp.float32),
    ])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    many = jax.vmap(core, in_axes=(None, None, None, 0, None, None, None))
    return many(  #@ wrong-output-shape
        (lin.kernel[...], lin.bias[...]), jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16),
        jnp.array([lr], jnp.float32),  #@ wrong-output-shape
        jnp.float32(loss_scale), jnp.int32(good_steps), growth_interval)
