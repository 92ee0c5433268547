# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@partial(jax.jit, static_argnums=0)
def _step(graphdef, state, x, y, lr, loss_scale, good_steps, growth_interval):
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_of(state):
        half = jax.tree.map(lambda p: p.astype(jnp.float16), state)
        model = nnx.merge(graphdef, half)
        return jnp.mean((model(xh) - yh) ** 2)

    grads = jax.grad(lambda s: loss_of(s).astype(jnp.float32) * loss_scale)(state)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()

    def take(operand):
        state, grads, scale, count = operand
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(state), state)
        state = optax.apply_updates(state, updates)
        count = count + 1
        grow = count >= growth_interval
        scale = jnp.where(grow, jnp.minimum(scale * 2.0, 2.0**24), scale)
        return state, scale, jnp.where(grow, 0, count)

    def leave(operand):
        state, _, scale, count = operand
        return state, jnp.maximum(scale * 0.5, 1.0), jnp.zeros_like(count)

    operand = (state, grads, jnp.asarray(loss_scale, jnp.float32), jnp.asarray(good_steps, jnp.int32))
    state, scale, count = jax.lax.cond(finite, take, leave, operand)
    return jnp.array([loss_of(state).astype(jnp.float32), scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model)
    return _step(graphdef, state, x, y, lr, loss_scale, good_steps, growth_interval)
