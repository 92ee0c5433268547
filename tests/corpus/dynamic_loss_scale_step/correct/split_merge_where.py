# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_SCALE = 2.0**24


def to_half(tree):
    return jax.tree.map(lambda leaf: leaf.astype(jnp.float16), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))))
    x, y = to_half((jnp.asarray(x), jnp.asarray(y)))
    tx = optax.sgd(lr)
    opt_state = tx.init(masters)

    def forward(state):
        pred = nnx.merge(graphdef, to_half(state))(x)
        return optax.squared_error(pred, y).mean()

    def objective(state):
        return forward(state).astype(jnp.float32) * jnp.float32(loss_scale)

    grads = jax.grad(objective)(masters)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / jnp.float32(loss_scale), grads)
    ok = jnp.all(jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))

    updates, _ = tx.update(grads, opt_state, masters)
    candidate = optax.apply_updates(masters, updates)
    masters = jax.tree.map(lambda new, old: jnp.where(ok, new, old), candidate, masters)

    n = good_steps + 1
    scale_if_ok = jnp.float32(min(2 * loss_scale, MAX_SCALE) if n >= growth_interval else loss_scale)
    count_if_ok = 0 if n >= growth_interval else n
    scale = jnp.where(ok, scale_if_ok, jnp.float32(max(0.5 * loss_scale, 1.0)))
    count = jnp.where(ok, count_if_ok, 0)
    return jnp.stack([forward(masters).astype(jnp.float32), scale, count.astype(jnp.float32)])
