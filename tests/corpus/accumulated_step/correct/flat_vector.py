# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    flat, unravel = ravel_pytree(state)

    def loss(flat, xb, yb):
        weights = jax.tree.map(lambda p: p.astype(jnp.bfloat16), unravel(flat))
        pred = nnx.merge(graphdef, weights)(xb)
        return jnp.mean(jnp.square(pred - yb))

    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    parts = (xh.reshape(micro_batches, -1, x.shape[1]), yh.reshape(micro_batches, -1, y.shape[1]))
    rows = jax.lax.map(lambda part: jax.grad(loss)(flat, *part), parts)
    flat = flat - lr * jnp.sum(rows, axis=0) / micro_batches
    return loss(flat, xh, yh).astype(jnp.float32)[None]
