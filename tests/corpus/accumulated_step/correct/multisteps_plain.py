# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}

    def loss(params, xb, yb):
        p = optax.tree_utils.tree_cast(params, jnp.bfloat16)
        out = jnp.dot(xb.astype(jnp.bfloat16), p["kernel"]) + p["bias"]
        return jnp.square(out - yb.astype(jnp.bfloat16)).mean()

    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    opt_state = tx.init(params)
    k = len(x) // micro_batches
    for start in range(0, len(x), k):
        # params only change at the last of these calls; before that the updates are zeros
        grads = jax.grad(loss)(params, x[start:start + k], y[start:start + k])
        updates, opt_state = tx.update(grads, opt_state, params)
        params = optax.apply_updates(params, updates)
    assert bool(tx.has_updated(opt_state))
    return loss(params, x, y).astype(jnp.float32).reshape((1,))
