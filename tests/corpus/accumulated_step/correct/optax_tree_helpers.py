# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    p = optax.tree.cast(params, jnp.bfloat16)
    x, y = optax.tree.cast((x, y), jnp.bfloat16)
    return jnp.mean(optax.squared_error(x @ p["w"] + p["b"], y))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    acc = optax.tree.zeros_like(params)
    for i, j in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = optax.tree.add(acc, jax.grad(mse)(params, i, j))
    mean = optax.tree.scale(1 / micro_batches, acc)
    params = optax.tree.add_scale(params, -lr, mean)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
