# expect: wrong_answer
# finding: last-micro-batch-only
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, gdef, x, y):
    half = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    return jnp.mean((nnx.merge(gdef, half)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gdef, params = nnx.split(model)
    tx = optax.sgd(lr)
    state = tx.init(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(loss_fn)(params, gdef, xb, yb)  #@ last-micro-batch-only
    updates, state = tx.update(grads, state, params)  #@ last-micro-batch-only
    result = loss_fn(params, gdef, x, y)  #@ stale-loss
    params = optax.apply_updates(params, updates)
    nnx.update(model, params)
    return result.astype(jnp.float32)[None]  #@ stale-loss
