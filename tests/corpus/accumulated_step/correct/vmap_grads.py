# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    def loss(params, x, y):
        half = optax.tree.cast(params, jnp.bfloat16)
        pred = nnx.merge(graphdef, half)(x)
        return optax.squared_error(pred, y).mean()

    x = jnp.asarray(x, jnp.bfloat16)
    y = jnp.asarray(y, jnp.bfloat16)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    per_part = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, xs, ys)
    grads = jax.tree.map(lambda g: g.mean(axis=0), per_part)

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape((1,))
