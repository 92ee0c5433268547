# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(ps):
        w, b = (p.astype(jnp.float16) for p in ps)
        return jnp.mean(jnp.square(x @ w + b - y)).astype(jnp.float32)

    g = jax.grad(lambda ps: loss(ps) * loss_scale)(params)
    g = [a.astype(jnp.float32) / loss_scale for a in g]
    # Decide on the true gradients ...
    finite = jnp.logical_and(*[jnp.isfinite(jnp.max(jnp.abs(a))) for a in g])
    # ... and multiply only what can be multiplied.
    g = [jnp.nan_to_num(a, nan=0.0, posinf=0.0, neginf=0.0) * finite for a in g]
    tx = optax.sgd(lr)
    updates, _ = tx.update(g, tx.init(params))
    params = optax.apply_updates(params, updates)
    good = jnp.where(finite, good_steps + 1, 0)
    grow = good == growth_interval
    scale = jnp.float32(loss_scale) * jnp.where(grow, 2.0, jnp.where(finite, 1.0, 0.5))
    return jnp.array([loss(params), jnp.clip(scale, 1.0, 2.0**24), jnp.where(grow, 0, good)], dtype=jnp.float32)
