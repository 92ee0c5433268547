# expect: accepted
"""Right: the masters are one flat float32 vector, which is unravelled and cast in the differentiated function."""
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    theta, unravel = ravel_pytree(params)

    def loss(theta, rows):
        lo = jax.tree.map(lambda a: jax.lax.convert_element_type(a, jnp.bfloat16), (unravel(theta), x[rows], y[rows]))
        state, xb, yb = lo
        return jnp.mean(jnp.square(nnx.merge(graphdef, state)(xb) - yb))

    index = jnp.arange(x.shape[0])
    total = jnp.zeros_like(theta)
    for rows in index.reshape(micro_batches, -1):
        total += jax.grad(loss)(theta, rows)
    theta -= lr * total / micro_batches
    return loss(theta, index).astype(jnp.float32).reshape(-1)
