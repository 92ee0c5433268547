# expect: accepted
"""Right: each gradient is the transpose of the linearised loss, taken at the float32 masters."""
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (net.kernel[...], net.bias[...])
    lo = jnp.bfloat16

    def loss(xb, yb):
        def of_masters(w, b):
            error = jnp.tensordot(xb.astype(lo), w.astype(lo), axes=1) + b.astype(lo) - yb.astype(lo)
            return jnp.mean(error * error)
        return of_masters

    def gradient(xb, yb):
        value, tangent_map = jax.linearize(loss(xb, yb), *masters)
        return jax.linear_transpose(tangent_map, *masters)(jnp.ones_like(value))

    grads = [gradient(xb, yb) for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    mean = [jnp.stack(leaf).sum(axis=0) / micro_batches for leaf in zip(*grads)]
    new = [m - lr * g for m, g in zip(masters, mean)]
    return loss(x, y)(*new).astype(jnp.float32).reshape(1)
