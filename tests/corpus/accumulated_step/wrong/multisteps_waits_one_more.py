# expect: pitfall|wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(params, x, y):
        params, x, y = optax.tree.cast((params, x, y), jnp.bfloat16)
        return jnp.mean(optax.squared_error(nnx.merge(gd, params)(x), y))

    bounds = list(range(0, x.shape[0] + 1, x.shape[0] // micro_batches))
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=len(bounds))  #@ update-discarded
    state = tx.init(params)
    for lo, hi in zip(bounds[:-1], bounds[1:]):
        updates, state = tx.update(jax.grad(loss)(params, x[lo:hi], y[lo:hi]), state, params)
        params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32)[None]
