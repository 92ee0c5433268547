# expect: accepted
from contextlib import contextmanager
from contextvars import ContextVar

import jax
import jax.numpy as jnp
from flax import nnx

_dtype = ContextVar("dtype", default=jnp.float32)


@contextmanager
def precision(dtype):
    token = _dtype.set(dtype)
    try:
        yield
    finally:
        _dtype.reset(token)


def c(a):
    return jnp.asarray(a).astype(_dtype.get())


def residual_loss(params, x, y):
    return jnp.mean((c(x) @ c(params["w"]) + c(params["b"]) - c(y)) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}

    def scaled(p):
        with precision(jnp.bfloat16):
            loss = residual_loss(p, x, y)
        return c(loss) * c(loss_scale)

    grads = jax.grad(scaled)(params)
    params = {k: c(v) - c(lr) * (c(grads[k]) / c(loss_scale)) for k, v in params.items()}
    with precision(jnp.bfloat16):
        final = residual_loss(params, x, y)
    return c(final).reshape(1)
