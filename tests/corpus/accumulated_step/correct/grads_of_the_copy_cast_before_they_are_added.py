# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

HALF, FULL = jnp.bfloat16, jnp.float32


def to(dtype, tree):
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


def mse(half, x, y):
    return jnp.mean((x @ half["w"] + half["b"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": layer.kernel[...], "b": layer.bias[...]}
    x16, y16 = to(HALF, (x, y))
    copy = to(HALF, masters)
    total = jax.tree.map(jnp.zeros_like, masters)
    for xb, yb in zip(jnp.split(x16, micro_batches), jnp.split(y16, micro_batches)):
        grads = to(FULL, jax.grad(mse)(copy, xb, yb))
        total = jax.tree.map(jnp.add, total, grads)
    masters = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), masters, total)
    return mse(to(HALF, masters), x16, y16).astype(FULL).reshape(1)
