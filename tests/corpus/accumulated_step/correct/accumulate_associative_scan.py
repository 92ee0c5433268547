# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def pipeline(value, *stages):
    for stage in stages:
        value = stage(value)
    return value


def accumulated_step(seed, x, y, lr, micro_batches):
    leaves, treedef = jax.tree.flatten(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param))

    def loss(leaves, x, y):
        bias, kernel = [jnp.bfloat16(l) for l in leaves]        # alphabetical, as jax.tree sorts them
        return pipeline(jnp.bfloat16(x), lambda h: h @ kernel, lambda h: h + bias,
                        lambda h: h - jnp.bfloat16(y), jnp.square, jnp.mean)

    stacks = pipeline(
        [jnp.asarray(x), jnp.asarray(y)],
        lambda ab: [a.reshape((micro_batches, a.shape[0] // micro_batches, a.shape[1])) for a in ab],
        lambda ab: jax.vmap(lambda p, q: jax.grad(loss)(leaves, p, q))(*ab),
        lambda g: jax.lax.associative_scan(lambda a, b: jax.tree.map(jnp.add, a, b), g),
    )
    new = [p - lr * s[-1] / micro_batches for p, s in zip(leaves, stacks)]
    return pipeline(loss(new, x, y), jnp.float32, jnp.atleast_1d)
