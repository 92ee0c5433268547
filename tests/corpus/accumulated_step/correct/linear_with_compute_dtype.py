# expect: accepted
"""Right: nnx.Linear's own `dtype=bfloat16` casts kernel, bias and input in the call, the stored ones stay float32."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model: nnx.Linear, x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean((model(x) - y.astype(model.dtype)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    params = nnx.state(model, nnx.Param)
    size = len(x) // micro_batches

    def one_more(i, total):
        xb = jax.lax.dynamic_slice_in_dim(x, i * size, size)
        yb = jax.lax.dynamic_slice_in_dim(y, i * size, size)
        graphdef, state = nnx.split(model)
        g = jax.grad(lambda s: mse(nnx.merge(graphdef, s), xb, yb))(state)
        return jax.tree.map(lambda t, d: t + d / micro_batches, total, g)

    mean = jax.lax.fori_loop(0, micro_batches, one_more, jax.tree.map(jnp.zeros_like, params))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    opt.update(model, mean)
    return jnp.expand_dims(mse(model, x, y), 0).astype(jnp.float32)
