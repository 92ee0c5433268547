# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

DT = jnp.bfloat16


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def cost(w, b, lo, hi):
        out = x[lo:hi].astype(DT) @ w.astype(DT) + b.astype(DT)
        return jnp.mean((out - y[lo:hi].astype(DT)) ** 2)

    N = x.shape[0]
    size = N // micro_batches
    gw = gb = 0.
    lo = 0
    while lo < N:
        d = jax.grad(cost, argnums=(0, 1))(layer.kernel[...], layer.bias[...], lo, lo + size)
        gw += d[0] / micro_batches
        gb += d[1] / micro_batches
        lo += size
    layer.kernel[...] -= lr * gw
    layer.bias[...] -= lr * gb
    return jnp.array([cost(layer.kernel[...], layer.bias[...], 0, N).astype(jnp.float32)])
