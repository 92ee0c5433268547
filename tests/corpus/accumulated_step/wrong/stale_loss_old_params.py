# expect: pitfall|wrong_answer
# finding: stale-loss|update-discarded
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    pred = x.astype(jnp.bfloat16) @ p["kernel"] + p["bias"]
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def train_step(params, x, y, lr, micro_batches):
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    total = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(loss_fn)(params, xb, yb))
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    updates, opt_state = tx.update(mean, opt_state, params)
    new_params = optax.apply_updates(params, updates)  #@ stale-loss, update-discarded
    return new_params, opt_state


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    new_params, _ = train_step(params, x, y, lr, micro_batches)  #@ update-discarded
    loss = loss_fn(params, x, y)  #@ stale-loss, update-discarded
    return loss.astype(jnp.float32).reshape(1)
