# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    targets = y.astype(jnp.float16)

    def plain(m):
        return jnp.mean((m(x) - targets) ** 2).astype(jnp.float32)

    @nnx.jit
    def train(m, o, scale):
        g = nnx.grad(lambda mm: plain(mm) * scale)(m)
        g = jax.tree.map(lambda a: a / scale, g)
        ok = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda a: jnp.isfinite(a).all(), g))
        g = jax.tree.map(lambda a: jnp.where(ok, a, jnp.zeros_like(a)), g)
        o.update(m, g)
        return ok

    ok = train(model, opt, jnp.float32(loss_scale))
    bump = ok & (good_steps + 1 == growth_interval)
    factor = jnp.where(ok, jnp.where(bump, 2.0, 1.0), 0.5)
    scale = jnp.clip(jnp.float32(loss_scale) * factor, 1.0, 2.0**24)
    count = (good_steps + 1) * (ok & ~bump)
    return jnp.stack([plain(model), scale, count.astype(jnp.float32)])
