# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def mse16(theta, xb, yb):
    kernel, bias = theta
    pred = jnp.einsum("ni,io->no", xb, kernel.astype(jnp.bfloat16)) + bias.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(pred - yb))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel[...], lin.bias[...])
    x16 = jnp.asarray(x).astype(jnp.bfloat16)
    y16 = jnp.asarray(y).astype(jnp.bfloat16)
    xs = x16.reshape(micro_batches, -1, x.shape[1])
    ys = y16.reshape(micro_batches, -1, y.shape[1])

    # counts down, so the last part is the first one to be added
    def cond(carry):
        left, _ = carry
        return left > 0

    def body(carry):
        left, sums = carry
        g = jax.grad(mse16)(theta, xs[left - 1], ys[left - 1])
        return left - 1, tuple(s + gi for s, gi in zip(sums, g))

    start = (micro_batches, tuple(jnp.zeros_like(t) for t in theta))
    _, sums = jax.lax.while_loop(cond, body, start)
    theta = tuple(t - lr * (s / micro_batches) for t, s in zip(theta, sums))
    return mse16(theta, x16, y16).astype("float32").reshape(-1)
