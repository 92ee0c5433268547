# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.checkpoint
def mse(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean((x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    total = jax.tree.map(jnp.zeros_like, params)
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(mse)(params, *part))
    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.tree.map(lambda t: t / micro_batches, total), tx.init(params))
    return mse(optax.apply_updates(params, updates), x, y).astype(jnp.float32).reshape(1)
