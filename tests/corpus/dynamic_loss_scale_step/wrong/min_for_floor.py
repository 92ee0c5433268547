# expect: wrong_answer|pitfall
# finding: scale-not-reduced
# allow: scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = nnx.state(model, nnx.Param)
    graphdef = nnx.graphdef(model)
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def half_loss(state):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), state)
        prediction = nnx.merge(graphdef, half)(x16)
        return jnp.mean((prediction - y16) ** 2)

    def to_differentiate(state):
        return half_loss(state).astype(jnp.float32) * loss_scale

    grads = jax.grad(to_differentiate)(masters)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    overflow = False
    for g in jax.tree.leaves(grads):
        overflow = overflow or not bool(jnp.isfinite(g).all())

    if overflow:
        new_scale = min(loss_scale / 2, 1.0)  #@ scale-not-reduced
        new_count = 0
    else:
        updates, _ = optax.sgd(lr).update(grads, optax.sgd(lr).init(masters), masters)
        masters = optax.apply_updates(masters, updates)
        new_count = good_steps + 1
        new_scale = loss_scale
        if new_count >= growth_interval:
            new_scale = min(loss_scale * 2, 2.0**24)
            new_count = 0
    return jnp.array([half_loss(masters), new_scale, new_count], dtype=jnp.float32)
