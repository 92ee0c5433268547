# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
# allow: low-precision-update
"""Wrong: optax.MultiSteps gets the bfloat16 gradients of the copy, and so hands on the mean in bfloat16."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return optax.tree.cast(tree, jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def loss(low, x, y):
        return optax.squared_error(nnx.merge(graphdef, low)(x), y).mean()

    tx = optax.MultiSteps(optax.sgd(lr), micro_batches)
    state = tx.init(params)
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(loss)(half(params), *half(part))  #@ low-precision-grads
        updates, state = tx.update(grads, state, params)  #@ low-precision-accumulator
        params = optax.apply_updates(params, updates)
    return loss(half(params), *half((x, y))).astype(jnp.float32).reshape(1)
