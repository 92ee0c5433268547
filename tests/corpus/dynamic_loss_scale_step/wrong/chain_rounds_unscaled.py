# expect: pitfall|wrong_answer
# finding: low-precision-grads
"""A stateless member of the chain divides in float32 but returns its quotients through float16."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale_by(scale, out=jnp.float16):
    def update(updates, params=None):
        f = lambda g: (g.astype(jnp.float32) / scale).astype(out).astype(jnp.float32)  #@ low-precision-grads
        return jax.tree.map(f, updates)

    return optax.stateless(update)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))))
    scale = jnp.float32(loss_scale)
    tx = optax.apply_if_finite(optax.chain(unscale_by(scale), optax.sgd(lr)), max_consecutive_errors=3)
    state = tx.init(params)

    def loss(p):
        return jnp.mean(jnp.square(nnx.merge(gd, p)(x) - y.astype(jnp.float16))).astype(jnp.float32)

    grads = jax.grad(lambda p: loss(p) * scale)(params)
    u, state = tx.update(grads, state, params)
    params = optax.apply_updates(params, u)
    finite = state.last_finite
    grown = finite & (good_steps + 1 == growth_interval)
    scale = jnp.select([~finite, grown], [jnp.maximum(scale / 2, 1.0), jnp.minimum(scale * 2, 2.0**24)], scale)
    count = jnp.where(finite & ~grown, good_steps + 1, 0)
    return jnp.stack([loss(params), scale, count.astype(jnp.float32)])
