# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
# allow: lr-ignored
"""Wrong: nobody takes what optax.apply_updates returns, so the loss is that of the old parameters."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(params, x, y):
    p, x, y = optax.tree.cast((params, x, y), jnp.bfloat16)
    return optax.squared_error(x @ p["kernel"] + p["bias"], y).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    size = x.shape[0] // micro_batches

    def body(i, total):
        xb = jax.lax.dynamic_slice_in_dim(x, i * size, size)
        yb = jax.lax.dynamic_slice_in_dim(y, i * size, size)
        return optax.tree.add(total, jax.grad(loss)(params, xb, yb))

    total = jax.lax.fori_loop(0, micro_batches, body, optax.tree.zeros_like(params))
    mean = optax.tree.scale(1 / micro_batches, total)
    updates, opt_state = tx.update(mean, opt_state, params)
    optax.apply_updates(params, updates)  #@ update-discarded
    return loss(params, x, y).astype(jnp.float32).reshape(1)  #@ stale-loss
