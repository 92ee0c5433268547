# expect: accepted
"""Right: bfloat16 gradients of one copy, but each of them is cast to float32 before it is added."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast(tree, dtype):
    return jax.tree.map(lambda leaf: leaf.astype(dtype), tree)


@nnx.jit
def half_loss(model, x, y):
    return jnp.mean(jnp.square(model(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    copy = nnx.merge(graphdef, cast(masters, jnp.bfloat16))
    x, y = cast((x, y), jnp.bfloat16)
    rows = x.shape[0] // micro_batches
    total = optax.tree.zeros_like(masters)
    for i in range(micro_batches):
        window = slice(i * rows, (i + 1) * rows)
        grads = nnx.grad(half_loss)(copy, x[window], y[window])
        total = optax.tree.add(total, cast(grads, jnp.float32))
    masters = optax.tree.add_scale(masters, -lr / micro_batches, total)
    model = nnx.merge(graphdef, cast(masters, jnp.bfloat16))
    return half_loss(model, x, y).astype(jnp.float32).reshape(1)
