# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean((x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)

    def step(carry, batch):
        params, state = carry
        grads = jax.grad(mse)(params, *batch)
        updates, state = tx.update(grads, state, params)
        return (optax.apply_updates(params, updates), state), None

    batches = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    (params, _), _ = jax.lax.scan(step, (params, tx.init(params)), batches)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
