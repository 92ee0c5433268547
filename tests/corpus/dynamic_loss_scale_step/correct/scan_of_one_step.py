# expect: accepted
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class TrainState(NamedTuple):
    params: Any
    opt_state: Any
    scale: jax.Array
    good: jax.Array


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16,
                                            rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = optax.sgd(lr)

    def loss_fn(params, x, y):
        pred = nnx.merge(graphdef, params)(x.astype(jnp.float16))
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    def body(state, batch):
        def scaled(p):
            return loss_fn(p, *batch).astype(jnp.float32) * state.scale

        grads = jax.grad(scaled)(state.params)
        grads = jax.tree.map(lambda g: g / state.scale, grads)
        finite = jnp.array(True)
        for g in jax.tree.leaves(grads):
            finite &= jnp.all(jnp.isfinite(g))
        updates, opt_state = tx.update(grads, state.opt_state, state.params)
        params = optax.apply_updates(state.params, updates)
        select = lambda new, old: jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, old)
        counted = state.good + 1
        grow = counted >= growth_interval
        scale = jnp.where(
            finite,
            jnp.where(grow, jnp.minimum(state.scale * 2, 2.0 ** 24), state.scale),
            jnp.maximum(state.scale / 2, 1.0),
        )
        good = jnp.where(finite & ~grow, counted, 0)
        new_state = TrainState(select(params, state.params), select(opt_state, state.opt_state), scale, good)
        return new_state, loss_fn(new_state.params, *batch)

    start = TrainState(params, tx.init(params), jnp.float32(loss_scale), jnp.int32(good_steps))
    end, losses = jax.lax.scan(body, start, (x[None], y[None]))
    return jnp.array([losses[0].astype(jnp.float32), end.scale, end.good.astype(jnp.float32)])
