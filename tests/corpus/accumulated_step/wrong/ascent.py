# expect: wrong_answer
"""Wrong: the backward pass by hand takes the error with the opposite sign (target minus prediction), so the step goes uphill."""
import jax.numpy as jnp
from flax import nnx

B = jnp.bfloat16


def loss_and_grads(w, b, x, y):
    w, b, x, y = w.astype(B), b.astype(B), x.astype(B), y.astype(B)
    err = y - (x @ w + b)
    d = (2.0 / err.size) * err
    return jnp.mean(err ** 2), (x.T @ d, d.sum(axis=0))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    dw, db = jnp.zeros_like(w), jnp.zeros_like(b)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        _, (gw, gb) = loss_and_grads(w, b, xb, yb)
        dw, db = dw + gw.astype(jnp.float32), db + gb.astype(jnp.float32)
    w = w - lr * dw / micro_batches
    b = b - lr * db / micro_batches
    return loss_and_grads(w, b, x, y)[0].astype(jnp.float32).reshape(1)
