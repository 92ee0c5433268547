# expect: accepted
"""Right: optax.MultiSteps gets float32 gradients and moves the masters with the last part only."""
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    opt_state = tx.init(params)

    def loss(params, xb, yb):
        net = nnx.merge(graphdef, optax.tree.cast(params, jnp.bfloat16))
        return optax.squared_error(net(xb.astype(jnp.bfloat16)), yb.astype(jnp.bfloat16)).mean()

    for xb, yb in zip(np.split(np.asarray(x), micro_batches), np.split(np.asarray(y), micro_batches)):
        grads = jax.grad(loss)(params, jnp.asarray(xb), jnp.asarray(yb))
        updates, opt_state = tx.update(grads, opt_state, params)
        params = optax.apply_updates(params, updates)      # zeros, but for the last part
    return loss(params, x, y).astype(jnp.float32).reshape(1)
