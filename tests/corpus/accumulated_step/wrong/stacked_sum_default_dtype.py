# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
"""Wrong: a helper with the default dtype bfloat16 adds up the stacked float32 gradients of the vmap."""
import jax
import jax.numpy as jnp
from flax import nnx


def cast(tree, dtype=jnp.bfloat16):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def total_over_parts(tree, dtype=jnp.bfloat16):
    return jax.tree.map(lambda a: jnp.sum(a, axis=0, dtype=dtype), tree)  #@ low-precision-accumulator


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(masters, x, y):
        low, x, y = cast((masters, x, y))
        return jnp.mean((nnx.merge(graphdef, low)(x) - y) ** 2)

    cut = lambda a: a.reshape(micro_batches, a.shape[0] // micro_batches, a.shape[1])
    stacked = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(masters, cut(x), cut(y))
    total = total_over_parts(stacked)  #@ low-precision-accumulator
    mean = jax.tree.map(lambda t: t / micro_batches, cast(total, jnp.float32))
    masters = jax.tree.map(lambda p, g: p - lr * g, masters, mean)
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
