# expect: accepted
"""Right: forward and backward pass are written out with einsum in bfloat16, each gradient is cast up before it is added."""
import jax.numpy as jnp
from flax import nnx


def bf(a):
    return jnp.asarray(a, jnp.bfloat16)


def forward(w, b, x):
    return jnp.einsum("ni,io->no", x, w) + b


def backward(w, b, x, y):
    w, b, x, y = map(bf, (w, b, x, y))
    err = forward(w, b, x) - y
    one = bf(1.0 / err.size)                # what the derivative of a mean sends to each element
    d_pred = one * (2 * err)
    dw = jnp.einsum("ni,no->io", x, d_pred)
    db = jnp.sum(d_pred, axis=0)
    return dw, db


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    sum_w = jnp.zeros(w.shape, jnp.float32)
    sum_b = jnp.zeros(b.shape, jnp.float32)
    k = x.shape[0] // micro_batches
    for i in range(micro_batches):
        s = slice(i * k, i * k + k)
        dw, db = backward(w, b, x[s], y[s])
        sum_w = sum_w + dw.astype(jnp.float32)
        sum_b = sum_b + db.astype(jnp.float32)
    w = w - lr * (sum_w / micro_batches)
    b = b - lr * (sum_b / micro_batches)
    err = forward(bf(w), bf(b), bf(x)) - bf(y)
    return jnp.mean(err * err).astype(jnp.float32).reshape(1)
