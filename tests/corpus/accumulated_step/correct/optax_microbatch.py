# expect: accepted
"""Right: optax.microbatching takes every k-th row for a part, so the rows are reordered until its parts are in order."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from optax import microbatching


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    size = x.shape[0] // micro_batches

    def loss(params, x, y):
        p, x, y = optax.tree.cast((params, x, y), jnp.bfloat16)
        return jnp.mean((nnx.merge(graphdef, p)(x) - y) ** 2)

    def interleave(a):
        return a.reshape(micro_batches, size, -1).swapaxes(0, 1).reshape(a.shape)

    mean_grad = microbatching.microbatch(jax.grad(loss), argnums=(1, 2), microbatch_size=size,
                                         accumulator=microbatching.AccumulationType.MEAN)
    grads = mean_grad(params, interleave(x), interleave(y))
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    return loss(optax.apply_updates(params, updates), x, y).astype(jnp.float32).reshape((1,))
