# expect: wrong_answer
# allow: summed-grads
"""Wrong: `micro_batches` is taken for the number of rows in a part, though the sum is divided by it."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def chunks(size, *arrays):
    for start in range(0, len(arrays[0]), size):
        yield tuple(a[start:start + size].astype(jnp.bfloat16) for a in arrays)


def loss(masters, x, y):
    w, b = jax.tree.map(lambda m: m.astype(jnp.bfloat16), masters)
    return jnp.mean(jnp.square(x @ w + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])
    total = optax.tree.zeros_like(masters)
    for part in chunks(micro_batches, x, y):
        total = optax.tree.add(total, jax.grad(loss)(masters, *part))
    masters = jax.tree.map(lambda m, t: m - lr * (t / micro_batches), masters, total)
    return loss(masters, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)).astype(jnp.float32).reshape(1)
