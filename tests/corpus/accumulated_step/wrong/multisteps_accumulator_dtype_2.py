# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
"""Wrong: the gradients are float32, but MultiSteps is told to keep its running mean in bfloat16."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Policy:
    param = jnp.float32
    compute = jnp.bfloat16


def make_optimizer(lr, every, dtype=Policy.compute):
    return optax.MultiSteps(optax.sgd(lr), every_k_schedule=every, accumulator_dtype=dtype)  #@ low-precision-accumulator


def loss_fn(params, x, y):
    params, x, y = jax.tree.map(lambda a: a.astype(Policy.compute), (params, x, y))
    return jnp.mean(jnp.square(x @ params["kernel"] + params["bias"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    tx = make_optimizer(lr, micro_batches)
    state = tx.init(params)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        grads = jax.grad(loss_fn)(params, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        updates, state = tx.update(grads, state, params)
        params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(Policy.param).reshape(1)
