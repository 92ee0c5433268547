# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean((x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    frozen = {"w": layer.kernel[...], "b": layer.bias[...]}
    moving = frozen
    for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.grad(mse)(frozen, *part)  # always at the old parameters
        moving = jax.tree.map(lambda p, g: p - lr / micro_batches * g, moving, grads)
    return mse(moving, x, y).astype(jnp.float32).reshape(1)
