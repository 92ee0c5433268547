# expect: wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.pure(nnx.state(m, nnx.Param))

    def loss(p):
        p, xs, ys = jax.tree.map(lambda a: a.astype(jnp.float16), (p, x, y))
        return jnp.mean((xs @ p["kernel"] + p["bias"] - ys) ** 2).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(params)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda a: jnp.isfinite(a).all(), g))
    params = optax.tree.where(ok, optax.tree.add_scale(params, -lr, g), params)
    full = good_steps + 1 >= growth_interval
    factor = jnp.where(ok, 2.0 if full else 1.0, 0.5)
    scale = jnp.clip(jnp.float32(loss_scale) * factor, max=2.0**24)  #@ scale-unbounded
    count = jnp.where(ok, 0 if full else good_steps + 1, 0)
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
