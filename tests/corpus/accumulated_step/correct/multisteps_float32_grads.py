# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    def batch_loss(params, xb, yb):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        m = nnx.merge(graphdef, half)
        out = m(xb.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(out - yb.astype(jnp.bfloat16)))

    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=int(micro_batches))
    opt_state = tx.init(params)
    parts = zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    start = params
    for xb, yb in parts:
        grads = jax.grad(batch_loss)(start, xb, yb)
        updates, opt_state = tx.update(grads, opt_state, params)
        # the updates are zero until the last part
        params = optax.apply_updates(params, updates)
    final = batch_loss(params, x, y)
    return jnp.reshape(final, (1,)).astype(jnp.float32)
