# expect: wrong_answer
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    size = x.shape[0] // micro_batches
    low = functools.partial(jax.tree.map, lambda t: t.astype(jnp.bfloat16))

    def loss(p, xb, yb):
        return jnp.mean((nnx.merge(graphdef, low(p))(low(xb)) - low(yb)) ** 2)

    def add(total, start):
        g = jax.grad(loss)(params, x[start : start + size], y[start : start + size])
        return jax.tree.map(jnp.add, total, g)

    total = functools.reduce(add, range(0, len(x), size), jax.tree.map(jnp.zeros_like, params))
    params = jax.tree.map(lambda p, t: p - lr * (t / size), params, total)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
