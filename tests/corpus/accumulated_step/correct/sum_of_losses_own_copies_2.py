# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def one_part(params, graphdef, x, y):
    copy = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    prediction = nnx.merge(graphdef, copy)(x)
    return jnp.mean(jnp.square(prediction - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def all_parts(params):
        losses = [
            one_part(params, graphdef, a, b).astype(jnp.float32)
            for a, b in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches))
        ]
        return sum(losses)

    grads = jax.grad(all_parts)(params)
    grads = jax.tree.map(lambda g: g * (1 / micro_batches), grads)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return one_part(params, graphdef, x, y).astype(jnp.float32)[jnp.newaxis]
