# expect: accepted
import functools

import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def mse16(w, b, xb, yb):
    w, b, xb, yb = (t.astype(jnp.bfloat16) for t in (w, b, xb, yb))
    return jnp.mean(jnp.square(jnp.matmul(xb, w) + b - yb))


@functools.partial(jax.jit, static_argnums=(5,))
def train(w, b, x, y, lr, micro_batches):
    rows = x.shape[0] // micro_batches

    def body(i, sums):
        xb = lax.dynamic_slice_in_dim(x, i * rows, rows)
        yb = lax.dynamic_slice_in_dim(y, i * rows, rows)
        dw, db = jax.grad(mse16, (0, 1))(w, b, xb, yb)
        return sums[0] + dw, sums[1] + db

    sw, sb = lax.fori_loop(0, micro_batches, body, (jnp.zeros_like(w), jnp.zeros_like(b)))
    inv = 1.0 / micro_batches
    w_new = w - lr * (inv * sw)
    b_new = b - lr * (inv * sb)
    return mse16(w_new, b_new, x, y).astype(jnp.float32).reshape(1)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return train(layer.kernel[...], layer.bias[...], x, y, lr, int(micro_batches))
