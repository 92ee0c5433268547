# expect: accepted
from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct
from flax.training.train_state import TrainState


class ScaledTrainState(TrainState):
    """A flax TrainState with the loss scale and its counter next to the parameters."""

    loss_scale: jax.Array
    good_steps: jax.Array
    growth_interval: int = struct.field(pytree_node=False)

    def on_success(self, grads: Any) -> "ScaledTrainState":
        state = self.apply_gradients(grads=grads)
        n = state.good_steps + 1
        doubled = jnp.minimum(2.0 * state.loss_scale, jnp.float32(2**24))
        reached = n == state.growth_interval
        return state.replace(
            loss_scale=jax.lax.select(reached, doubled, state.loss_scale),
            good_steps=jax.lax.select(reached, jnp.zeros_like(n), n),
        )

    def on_overflow(self) -> "ScaledTrainState":
        return self.replace(
            loss_scale=jnp.maximum(0.5 * self.loss_scale, jnp.float32(1.0)),
            good_steps=jnp.zeros_like(self.good_steps),
        )


def mse16(apply_fn, params, x, y):
    params = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    return jnp.mean(jnp.square(apply_fn(params, x.astype(jnp.float16)) - y.astype(jnp.float16)))


@jax.jit
def step(state: ScaledTrainState, x, y):
    def objective(params):
        return state.loss_scale * mse16(state.apply_fn, params, x, y).astype(jnp.float32)

    grads = jax.grad(objective)(state.params)
    grads = jax.tree.map(lambda g: g / state.loss_scale, grads)
    bad = jax.tree.reduce(lambda n, g: n + jnp.sum(~jnp.isfinite(g)), grads, 0)
    state = jax.lax.cond(
        bad == 0,
        lambda s, g: s.on_success(g),
        lambda s, g: s.on_overflow().replace(step=s.step + 1),
        state,
        grads,
    )
    return state, mse16(state.apply_fn, state.params, x, y).astype(jnp.float32)


def _apply(graphdef, params, x):
    return nnx.merge(graphdef, params)(x)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    state = ScaledTrainState.create(
        apply_fn=partial(_apply, graphdef),
        params=params,
        tx=optax.sgd(lr),
        loss_scale=jnp.float32(loss_scale),
        good_steps=jnp.int32(good_steps),
        growth_interval=growth_interval,
    )
    state, loss = step(state, x, y)
    return jnp.stack([loss, state.loss_scale, state.good_steps.astype(jnp.float32)])
