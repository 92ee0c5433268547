# expect: accepted
import functools
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_vjp
def gate(v):
    return v.astype(jnp.bfloat16)


gate.defvjp(lambda v: (gate(v), None), lambda _, ct: (ct.astype(jnp.float32),))


@jax.jit
def loss(params, x, y):
    w, b, x, y = map(gate, (*params, x, y))
    return jnp.mean(jnp.square(x @ w + b - y))


@functools.partial(jax.jit, static_argnames="micro_batches")
def gradient(params, x, y, micro_batches):
    size = x.shape[0] // micro_batches

    def step(i, acc):
        window = functools.partial(jax.lax.dynamic_slice_in_dim, start_index=i * size, slice_size=size)
        return jax.tree.map(jnp.add, acc, jax.grad(loss)(params, window(x), window(y)))

    return jax.lax.fori_loop(0, micro_batches, step, jax.tree.map(jnp.zeros_like, params))


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x, jnp.float32), jnp.asarray(y, jnp.float32)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    rate = lr / micro_batches                      # the mean is taken here
    params = tuple(p - rate * s for p, s in zip(params, gradient(params, x, y, micro_batches)))
    return jnp.array([loss(params, x, y)], dtype=jnp.float32)
