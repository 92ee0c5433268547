# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    def loss_of(params, x, y):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        prediction = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
        return jnp.mean((prediction - y.astype(jnp.bfloat16)) ** 2)

    batched_x = x.reshape(micro_batches, -1, x.shape[1])
    batched_y = y.reshape(micro_batches, -1, y.shape[1])
    per_part = jax.vmap(jax.grad(loss_of), in_axes=(None, 0, 0))(params, batched_x, batched_y)
    grads = jax.tree.map(lambda g: jnp.mean(g, axis=0), per_part)
    tx = optax.sgd(learning_rate=lr)
    updates, _ = tx.update(grads, tx.init(params))
    return loss_of(optax.apply_updates(params, updates), x, y).astype(jnp.float32).reshape(1)
