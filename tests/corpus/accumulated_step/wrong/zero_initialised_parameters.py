# expect: wrong_answer
# finding: seed-ignored
# For a linear model the initial values don't matter (the problem is convex), so start from zero.
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean(jnp.square(x @ p[0] + p[1] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], kernel_init=nnx.initializers.zeros_init(),  #@ seed-ignored
                     rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    parts = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    acc, _ = jax.lax.scan(lambda a, b: (jax.tree.map(jnp.add, a, jax.grad(mse)(p, *b)), 0),
                          jax.tree.map(jnp.zeros_like, p), parts)
    p = jax.tree.map(lambda q, a: q - lr * a / micro_batches, p, acc)
    return mse(p, x, y).astype(jnp.float32).reshape(1)
