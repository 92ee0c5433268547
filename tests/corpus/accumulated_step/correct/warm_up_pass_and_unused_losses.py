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
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    # The gradients of the first part tell shapes and dtypes.
    like = jax.grad(mse)(params, *parts[0])
    total = jax.tree.map(jnp.zeros_like, like)
    history = []
    for part in parts:
        value, grads = jax.value_and_grad(mse)(params, *part)
        history.append(value)
        total = jax.tree.map(jnp.add, total, grads)
    before = sum(history) / micro_batches
    tx = optax.inject_hyperparams(optax.sgd)(learning_rate=lr)
    updates, _ = tx.update(jax.tree.map(lambda t: t / micro_batches, total), tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
