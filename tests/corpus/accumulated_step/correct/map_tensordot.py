# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def make_loss(layer_def):
    def loss(params, xy):
        params, (x, y) = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (params, xy))
        return ((nnx.merge(layer_def, params)(x) - y) ** 2).mean()

    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    layer_def, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    loss = make_loss(layer_def)
    parts = jax.tree.map(lambda t: jnp.reshape(t, (micro_batches, t.shape[0] // micro_batches, t.shape[1])), (x, y))
    stacked = jax.lax.map(lambda xy: jax.grad(loss)(params, xy), parts)
    weights = jnp.full((micro_batches,), lr / micro_batches, jnp.float32)
    params = jax.tree.map(lambda p, g: p - jnp.tensordot(weights, g, axes=1), params, stacked)
    value = loss(params, (x, y))
    return value.astype(jnp.float32).reshape((1,))
