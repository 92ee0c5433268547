# expect: accepted
"""optax does the bookkeeping: MultiSteps hands out a zero update until the last part has come in."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_half(tree):
    return jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), tree)


def loss_fn(params, inputs, targets):
    params, inputs, targets = to_half((params, inputs, targets))
    prediction = inputs @ params["w"] + params["b"]
    return optax.squared_error(prediction, targets).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": linear.kernel[...], "b": linear.bias[...]}

    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=int(micro_batches))
    opt_state = tx.init(params)
    size = len(x) // micro_batches
    for start in range(0, len(x), size):
        grads = jax.grad(loss_fn)(params, x[start:start + size], y[start:start + size])
        updates, opt_state = tx.update(grads, opt_state, params)
        params = optax.apply_updates(params, updates)

    final = loss_fn(params, x, y)
    return jnp.reshape(final.astype(jnp.float32), (1,))
