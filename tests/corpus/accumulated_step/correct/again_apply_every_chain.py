# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(lin, nnx.Param)
    # apply_every hands on zeros until it has added up micro_batches updates
    tx = optax.chain(optax.scale(-lr / micro_batches), optax.apply_every(micro_batches))
    opt_state = tx.init(params)

    def loss(params, xb, yb):
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return optax.squared_error(nnx.merge(graphdef, low)(xb), yb).mean()

    xl, yl = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    for xb, yb in zip(jnp.split(xl, micro_batches), jnp.split(yl, micro_batches)):
        updates, opt_state = tx.update(jax.grad(loss)(params, xb, yb), opt_state, params)
        params = optax.apply_updates(params, updates)
    return loss(params, xl, yl).astype(jnp.float32).reshape(1)
