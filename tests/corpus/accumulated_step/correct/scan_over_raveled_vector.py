# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree

BF16 = jnp.bfloat16


def accumulated_step(seed, x, y, lr, micro_batches):
    n, d_in = x.shape
    d_out = y.shape[1]
    lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    theta, unravel = ravel_pytree({"W": lin.kernel[...], "b": lin.bias[...]})

    xs = jnp.asarray(x, BF16).reshape(micro_batches, n // micro_batches, d_in)
    ys = jnp.asarray(y, BF16).reshape(micro_batches, n // micro_batches, d_out)

    def loss(vec, xb, yb):
        p = unravel(vec)
        pred = xb @ p["W"].astype(BF16) + p["b"].astype(BF16)
        return ((pred - yb) ** 2).mean()

    def body(carry, part):
        return carry + 0.5 * jax.grad(loss)(theta, *part), None

    half_sum, _ = jax.lax.scan(body, jnp.zeros_like(theta), (xs, ys))
    theta_new = theta - lr * (half_sum * 2.0 / micro_batches)
    out = loss(theta_new, xs.reshape(n, d_in), ys.reshape(n, d_out))
    return jnp.atleast_1d(out).astype(jnp.float32)
