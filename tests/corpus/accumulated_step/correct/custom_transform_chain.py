# expect: accepted
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class AccumulateState(NamedTuple):
    step: jax.Array
    acc: Any


def accumulate_gradients(every: int, dtype=jnp.float32) -> optax.GradientTransformation:
    """Emits zeros, and the mean of the last `every` gradients on each `every`-th call."""

    def init(params):
        return AccumulateState(jnp.zeros((), jnp.int32), optax.tree.zeros_like(params, dtype=dtype))

    def update(grads, state, params=None):
        del params
        acc = jax.tree.map(lambda a, g: a + g.astype(dtype) / every, state.acc, grads)
        step = state.step + 1
        emit = step % every == 0
        out = jax.tree.map(lambda a: jnp.where(emit, a, jnp.zeros_like(a)), acc)
        acc = jax.tree.map(lambda a: jnp.where(emit, jnp.zeros_like(a), a), acc)
        return out, AccumulateState(step, acc)

    return optax.GradientTransformation(init, update)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.chain(accumulate_gradients(micro_batches), optax.sgd(lr))

    def loss_fn(params, x, y):
        net = nnx.merge(graphdef, optax.tree.cast(params, jnp.bfloat16))
        diff = net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
        return jnp.mean(diff**2), {"rows": x.shape[0]}

    @jax.jit
    def micro_step(carry, batch):
        params, opt_state = carry
        (_, _), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, *batch)
        updates, opt_state = tx.update(grads, opt_state, params)
        return (optax.apply_updates(params, updates), opt_state)

    carry = (params, tx.init(params))
    batches = [a.reshape(micro_batches, -1, a.shape[-1]) for a in (x, y)]
    for batch in zip(*batches):
        carry = micro_step(carry, batch)
    loss, _ = loss_fn(carry[0], x, y)
    return jnp.expand_dims(loss, 0).astype(jnp.float32)
