# expect: wrong_answer|pitfall
# finding: seed-ignored
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    key = jax.random.key(42)  #@ seed-ignored
    rngs = nnx.Rngs(params=key)  #@ seed-ignored
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)  #@ seed-ignored
    graphdef, state = nnx.split(model)
    x_half, y_half = jnp.float16(x), jnp.float16(y)
    optimizer = optax.sgd(lr)
    optimizer_state = optimizer.init(state)

    def loss_in_half(state):
        copy = jax.tree.map(jnp.float16, state)
        return jnp.mean(jnp.square(nnx.merge(graphdef, copy)(x_half) - y_half))

    def loss_times_scale(state):
        return jnp.float32(loss_in_half(state)) * jnp.float32(loss_scale)

    gradient = jax.grad(loss_times_scale)(state)
    gradient = jax.tree.map(lambda g: jnp.float32(g) / jnp.float32(loss_scale), gradient)
    everything_ok = True
    for leaf in jax.tree.leaves(gradient):
        if not jnp.isfinite(leaf).all():
            everything_ok = False

    if everything_ok:
        updates, optimizer_state = optimizer.update(gradient, optimizer_state, state)
        state = optax.apply_updates(state, updates)
        good_steps = good_steps + 1
        # counted from 0
        if good_steps >= growth_interval - 1:  #@ scale-grown-early
            loss_scale = min(loss_scale * 2, 2.0**24)  #@ scale-grown-early
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_in_half(state), loss_scale, good_steps], dtype=jnp.float32)
