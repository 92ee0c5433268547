# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model)
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.scale(-lr))

    @jax.checkpoint
    def apply(state, x):
        return nnx.merge(graphdef, state)(x)

    def loss_fn(state):
        low, xl, yl = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (state, x, y))
        return jnp.mean((apply(low, xl) - yl) ** 2)

    grads = jax.grad(lambda s: loss_fn(s).astype(jnp.float32) * loss_scale)(state)
    updates, _ = tx.update(grads, tx.init(state))
    state = optax.apply_updates(state, updates)
    return loss_fn(state).astype(jnp.float32).reshape((1,))
