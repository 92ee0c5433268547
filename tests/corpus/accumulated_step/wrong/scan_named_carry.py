# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Carry(NamedTuple):
    grads: Any
    loss: jax.Array


def half(tree):
    return jax.tree.map(lambda a: jnp.asarray(a, jnp.bfloat16), tree)


def mse(graphdef, params, xb, yb):
    return jnp.mean((nnx.merge(graphdef, half(params))(xb) - yb) ** 2)


@partial(jax.jit, static_argnums=(0,))
def gradient_sum(graphdef, params, xs, ys):
    vg = jax.value_and_grad(partial(mse, graphdef))

    def body(carry, part):
        loss, grads = vg(params, *part)
        grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
        return carry._replace(grads=grads, loss=carry.loss + loss.astype(jnp.float32)), None  #@ last-micro-batch-only

    start = Carry(jax.tree.map(jnp.zeros_like, params), jnp.zeros((), jnp.float32))
    carry, _ = jax.lax.scan(body, start, (xs, ys))
    return carry.grads


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = half((x, y))
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    xs = x.reshape(micro_batches, x.shape[0] // micro_batches, x.shape[1])
    ys = y.reshape(micro_batches, y.shape[0] // micro_batches, y.shape[1])
    total = gradient_sum(graphdef, params, xs, ys)
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return mse(graphdef, params, x, y).astype(jnp.float32).reshape(1)
