# expect: accepted
import jax, jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx

half = lambda tree: jax.tree.map(lambda l: l.astype(jnp.bfloat16), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    graph, masters = nnx.split(nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed))))
    x, y = half((jnp.asarray(x), jnp.asarray(y)))

    def loss(copy, xs, ys):
        return jnp.mean(jnp.square(nnx.merge(graph, copy)(xs) - ys))

    def vector_of_losses(m):
        copy = half(m)
        return jnp.stack([loss(copy, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))])

    rows = jax.jacrev(vector_of_losses)(masters)      # leaves (parts, ...), float32
    mean = jax.tree.map(lambda r: r.sum(0) / micro_batches, rows)
    new = jax.tree.map(lambda p, g: p - lr * g, masters, mean)
    return loss(half(new), x, y)[None].astype(jnp.float32)
