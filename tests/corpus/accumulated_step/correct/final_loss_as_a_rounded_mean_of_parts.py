# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean((x.astype(jnp.bfloat16) @ half["w"] + half["b"] - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    total = jax.tree.map(jnp.zeros_like, params)
    for part in parts:
        total = jax.tree.map(jnp.add, total, jax.grad(mse)(params, *part))
    params = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), params, total)
    losses = jnp.stack([mse(params, *part) for part in parts])
    return jnp.mean(losses).astype(jnp.float32).reshape(1)
