# expect: accepted
"""Right: an own optax transformation keeps a float32 running mean, which equals the mean after the last part."""
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class RunningMeanState(NamedTuple):
    seen: jax.Array
    mean: Any


def running_mean() -> optax.GradientTransformation:
    """Turns each gradient into the mean of all gradients until now."""

    def init(params):
        return RunningMeanState(jnp.zeros((), jnp.int32), optax.tree.zeros_like(params, dtype=jnp.float32))

    def update(updates, state, params=None):
        del params
        seen = state.seen + 1
        mean = jax.tree.map(lambda m, g: m + (g - m) / seen, state.mean, updates)
        return mean, RunningMeanState(seen, mean)

    return optax.GradientTransformation(init, update)


class TrainState(NamedTuple):
    masters: Any
    opt_state: Any


def make_loss(graphdef, compute_dtype=jnp.bfloat16):
    def loss(masters, x, y):
        masters, x, y = optax.tree.cast((masters, x, y), compute_dtype)
        residual = nnx.merge(graphdef, masters)(x) - y
        return jnp.mean(jnp.square(residual))
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    loss = make_loss(graphdef)
    tx = optax.chain(running_mean(), optax.sgd(lr))
    state = TrainState(masters, tx.init(masters))
    updates = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        updates, opt_state = tx.update(jax.grad(loss)(state.masters, xb, yb), state.opt_state, state.masters)
        state = state._replace(opt_state=opt_state)
    state = state._replace(masters=optax.apply_updates(state.masters, updates))
    return loss(state.masters, x, y).astype(jnp.float32).reshape(1)
