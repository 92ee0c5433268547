# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree({"w": lin.kernel[...], "b": lin.bias[...]})

    def f(theta, xb, yb):
        p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), unravel(theta))
        r = jnp.matmul(xb.astype(jnp.bfloat16), p["w"]) + p["b"] - yb.astype(jnp.bfloat16)
        return (r * r).mean()

    rows = x.shape[0] // micro_batches
    G = jnp.zeros((micro_batches, theta.size), jnp.float32)
    for i in range(micro_batches):
        G = G.at[i].set(jax.grad(f)(theta, x[i * rows:][:rows], y[i * rows:][:rows]))
    theta = theta - lr * G.mean(0)
    return f(theta, x, y).astype(jnp.float32).ravel()
