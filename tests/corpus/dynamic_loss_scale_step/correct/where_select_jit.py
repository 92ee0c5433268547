# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    """Bias as the last row of the matrix, ones as the last column of x."""
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    A = jnp.vstack([lin.kernel[...], lin.bias[...]])
    X = jnp.hstack([x, jnp.ones((x.shape[0], 1), x.dtype)]).astype(jnp.float16)
    Y = y.astype(jnp.float16)

    @jax.jit
    def loss(A):
        return jnp.mean((X @ A.astype(jnp.float16) - Y) ** 2)

    @jax.jit
    def grad(A, s):
        G = jax.grad(lambda A: loss(A).astype(jnp.float32) * s)(A)
        return G.astype(jnp.float32) / s

    G = grad(A, jnp.float32(loss_scale))
    finite = jnp.isfinite(jnp.abs(G).max())  # max hands on nan, too
    A = jax.lax.select(finite, A - lr * G, A)

    good = jnp.where(finite, good_steps + 1, 0)
    grow = good == growth_interval
    s = jnp.float32(loss_scale)
    s = jnp.where(finite, s, s / 2)
    s = jnp.where(grow, s * 2, s)
    good = jnp.where(grow, 0, good)
    return jnp.stack([loss(A).astype(jnp.float32), jnp.clip(s, 1, 2**24), good.astype(jnp.float32)])
