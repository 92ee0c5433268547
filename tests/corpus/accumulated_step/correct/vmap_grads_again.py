# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model)

    def loss(params, xb, yb):
        half_params, xb, yb = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, xb, yb))
        return jnp.square(nnx.merge(graphdef, half_params)(xb) - yb).mean()

    cut = lambda a: a.reshape((micro_batches, a.shape[0] // micro_batches) + a.shape[1:])
    per_part = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, cut(x), cut(y))
    mean = jax.tree.map(lambda g: g.mean(axis=0), per_part)

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return jnp.atleast_1d(loss(params, x, y)).astype(jnp.float32)
