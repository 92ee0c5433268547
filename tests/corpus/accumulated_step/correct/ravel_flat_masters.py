# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, params = nnx.split(model)
    flat, unravel = ravel_pytree(params)
    assert flat.dtype == jnp.float32

    def f(vec, xb, yb):
        tree = jax.tree.map(lambda p: p.astype(jnp.bfloat16), unravel(vec))
        out = nnx.merge(graph, tree)(xb.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(out - yb.astype(jnp.bfloat16)))

    step = len(x) // micro_batches
    G = jnp.stack([jax.grad(f)(flat, x[i:i + step], y[i:i + step]) for i in range(0, len(x), step)])
    weights = jnp.full((micro_batches,), 1.0 / micro_batches, jnp.float32)
    mean = jnp.einsum("k,kp->p", weights, G, precision="highest")
    return jnp.float32(f(flat - lr * mean, x, y)).reshape((1,))
