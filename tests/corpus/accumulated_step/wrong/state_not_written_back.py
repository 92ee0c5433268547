# expect: wrong_answer|pitfall
# finding: update-discarded
# allow: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, xb, yb):
    w = model.kernel[...].astype(jnp.bfloat16)
    b = model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((xb.astype(jnp.bfloat16) @ w + b - yb.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.sgd(lr)
    opt_state = tx.init(nnx.state(model, nnx.Param))

    rows_per_part = x.shape[0] // micro_batches
    gradient = None
    for first in range(0, x.shape[0], rows_per_part):
        g = nnx.grad(loss_fn)(model, x[first:first + rows_per_part], y[first:first + rows_per_part])
        g = jax.tree.map(lambda leaf: leaf / micro_batches, g)
        gradient = g if gradient is None else jax.tree.map(jnp.add, gradient, g)

    params = nnx.state(model, nnx.Param)
    updates, opt_state = tx.update(gradient, opt_state, params)
    params = optax.apply_updates(params, updates)  #@ update-discarded

    loss = loss_fn(model, x, y)  #@ update-discarded
    return loss.astype(jnp.float32).reshape(1)
