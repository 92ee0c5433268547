# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    live = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    backup = nnx.clone(live)
    opt = nnx.Optimizer(live, optax.sgd(lr), wrt=nnx.Param)
    a, b = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        s = jax.tree.map(lambda v: v.astype(jnp.float16), nnx.state(m, nnx.Param))
        return ((a @ s["kernel"][...] + s["bias"][...] - b) ** 2).mean()

    @nnx.jit
    def attempt(m, o, scale):
        g = nnx.grad(lambda q: loss(q).astype(jnp.float32) * scale)(m)
        g = jax.tree.map(lambda v: v.astype(jnp.float32) / scale, g)
        o.update(m, g)
        return jax.tree.reduce(lambda acc, v: acc & jax.lax.reduce(jax.lax.is_finite(v), True, jax.lax.bitwise_and, tuple(range(v.ndim))), g, jnp.array(True))

    ok = attempt(live, opt, jnp.float32(loss_scale))
    winner = jax.tree.map(lambda new, old: jnp.where(ok, new, old), nnx.state(live), nnx.state(backup))
    nnx.update(live, winner)
    hist = [good_steps + 1, 0][1 - int(ok)]
    if not ok: loss_scale = max(loss_scale / 2.0, 1.0)
    if hist == growth_interval: hist, loss_scale = 0, min(loss_scale * 2.0, 2.0**24)
    return jnp.array([loss(live).astype(jnp.float32), loss_scale, hist], dtype="float32")
