# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
from contextlib import contextmanager
from contextvars import ContextVar

import jax
import jax.numpy as jnp
from flax import nnx

active = ContextVar("active", default=jnp.float32)


@contextmanager
def autocast(dtype=jnp.bfloat16):
    token = active.set(dtype)
    yield
    active.reset(token)


def op(*arrays):
    return [a.astype(active.get()) for a in arrays]


def mse(w, b, x, y):
    w, b, x, y = op(w, b, x, y)
    return jnp.mean((x @ w + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = layer.kernel[...], layer.bias[...]
    with autocast():
        gw, gb = jax.grad(lambda w, b: mse(w, b, x, y).astype(jnp.float32) * loss_scale, (0, 1))(w, b)
    w, b = w - lr * (gw / loss_scale), b - lr * (gb / loss_scale)
    return mse(w, b, x, y).reshape(1)  #@ full-precision-final-loss
