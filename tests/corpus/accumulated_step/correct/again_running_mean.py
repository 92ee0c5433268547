# expect: accepted
# Welford: the mean of what has been seen so far, no sum.
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]

    def loss(w, b, x, y):
        w, b, x, y = (t.astype(jnp.bfloat16) for t in (w, b, x, y))
        return jnp.mean((x @ w + b - y) ** 2)

    mw = jnp.zeros(w.shape, jnp.float32)
    mb = jnp.zeros(b.shape, jnp.float32)
    for k, (xs, ys) in enumerate(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)), start=1):
        gw, gb = jax.grad(loss, (0, 1))(w, b, xs, ys)
        mw = mw + (gw - mw) / k
        mb = mb + (gb - mb) / k
    return loss(w - lr * mw, b - lr * mb, x, y)[None].astype(jnp.float32)
