# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_mse(params, x, y):
    k, b = params
    k, b, x, y = (a.astype(jnp.bfloat16) for a in (k, b, x, y))
    return jnp.mean((x @ k + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    state = tx.init(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        updates, state = tx.update(jax.grad(half_mse)(params, xb, yb), state, params)
        params = optax.apply_updates(params, updates)
    return half_mse(params, x, y).reshape(1)  #@ wrong-output-dtype
