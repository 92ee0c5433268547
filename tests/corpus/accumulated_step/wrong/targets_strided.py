# expect: wrong_answer
"""Wrong: `x` is cut in order, but `y` is cut by every k-th row, so that they don't belong to each other."""
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    low = lambda *arrays: [a.astype(jnp.bfloat16) for a in arrays]

    def loss(params, x, y):
        w, b, x, y = low(*params, x, y)
        return jnp.mean((x @ w + b - y) ** 2)

    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(-1, micro_batches, y.shape[1]).swapaxes(0, 1)
    stacked = jax.vmap(lambda xb, yb: jax.grad(loss)(params, xb, yb))(xs, ys)
    params = tuple(p - lr * jnp.mean(g, axis=0) for p, g in zip(params, stacked))
    return loss(params, x, y).astype(jnp.float32).reshape(1)
