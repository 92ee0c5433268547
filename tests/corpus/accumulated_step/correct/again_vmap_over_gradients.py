# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, masters = nnx.split(model)

    def loss(state, x, y):
        state, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (state, x, y))
        return jnp.mean(optax.squared_error(nnx.merge(graphdef, state)(x), y))

    x3, y3 = (a.reshape((micro_batches, a.shape[0] // micro_batches) + a.shape[1:]) for a in (x, y))
    every = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(masters, x3, y3)
    mean = jax.tree.map(lambda g: g.mean(axis=0), every)     # float32, one gradient per part
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return jnp.atleast_1d(loss(masters, x, y)).astype(jnp.float32)
