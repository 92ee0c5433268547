# expect: wrong_answer|pitfall
# finding: low-precision-update
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class State(NamedTuple):
    params: Any
    opt_state: Any


def shrink(updates, params=None):
    return jax.tree.map(lambda u: u.astype(jnp.bfloat16), updates)  #@ low-precision-update


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(
        nnx.Linear(
            x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed))
        )
    )
    tx = optax.chain(optax.sgd(lr), optax.stateless(shrink))  #@ low-precision-update

    def loss(params):
        err = nnx.merge(graphdef, params)(x) - y.astype(jnp.bfloat16)
        return jnp.mean(err * err).astype(jnp.float32)

    @jax.jit
    def step(state):
        grads = jax.grad(lambda p: loss(p) * loss_scale)(state.params)
        grads = jax.tree.map(lambda g: g / loss_scale, grads)
        updates, opt_state = tx.update(grads, state.opt_state, state.params)
        return State(optax.apply_updates(state.params, updates), opt_state)

    state = step(State(params, tx.init(params)))
    return loss(state.params).reshape(1)
