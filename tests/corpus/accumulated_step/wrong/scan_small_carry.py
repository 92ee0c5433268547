# expect: wrong_answer|pitfall
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx

DTYPE = jnp.bfloat16


def mse(theta, batch):
    (w, b), (inp, tgt) = jax.tree.map(lambda t: jnp.asarray(t, DTYPE), (theta, batch))
    return jnp.square(inp @ w + b - tgt).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    theta = (layer.kernel[...], layer.bias[...])

    def body(carry, batch):
        g = jax.grad(mse)(theta, batch)
        # the carry must keep its dtype
        carry = jax.tree.map(lambda c, d: (c + d).astype(c.dtype), carry, g)  #@ low-precision-accumulator
        return carry, None

    init = jax.tree.map(lambda t: jnp.zeros(t.shape, DTYPE), theta)  #@ low-precision-accumulator
    stacked = (x.reshape(micro_batches, -1, x.shape[-1]), y.reshape(micro_batches, -1, y.shape[-1]))
    total, _ = jax.lax.scan(body, init, stacked)
    theta = jax.tree.map(lambda t, s: t - lr * (s.astype(jnp.float32) / micro_batches), theta, total)
    return mse(theta, (x, y)).astype(jnp.float32)[None]
