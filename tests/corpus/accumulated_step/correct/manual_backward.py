# expect: accepted
import jax.numpy as jnp
from flax import nnx


def forward(w, b, x, y):
    err = x @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - y
    return err, jnp.mean(err ** 2)


def backward(err, x):
    seed_grad = jnp.asarray(1.0 / err.size, jnp.bfloat16)
    d_err = seed_grad * (2 * err)
    dw = x.T @ d_err
    db = jnp.sum(d_err, axis=0)
    return dw.astype(jnp.float32), db.astype(jnp.float32)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    part = x.shape[0] // micro_batches
    grad_w = jnp.zeros(w.shape, jnp.float32)
    grad_b = jnp.zeros(b.shape, jnp.float32)
    for first in range(0, x.shape[0], part):
        xb = x[first:first + part]
        yb = y[first:first + part]
        err, _ = forward(w, b, xb, yb)
        dw, db = backward(err, xb)
        grad_w = grad_w + dw
        grad_b = grad_b + db
    w = w - lr * grad_w / micro_batches
    b = b - lr * grad_b / micro_batches
    _, loss = forward(w, b, x, y)
    return loss.astype(jnp.float32).reshape(1)
