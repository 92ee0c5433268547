# expect: wrong_answer
# finding: doubly-unscaled-grads
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def with_loss_scale(scale):
    """Turns loss(params, ...) into a function that returns its gradient, computed with a scaled loss."""

    def wrap(loss):
        @functools.wraps(loss)
        def grad_fn(params, *args):
            g = jax.grad(lambda p: loss(p, *args).astype(jnp.float32) * scale)(params)
            return jax.tree.map(lambda a: a / scale, g)  #@ doubly-unscaled-grads

        return grad_fn

    return wrap


def mse(params, x, y):
    k, b, x, y = (a.astype(jnp.bfloat16) for a in (*params, x, y))
    return jnp.mean((x @ k + b - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    grads = with_loss_scale(loss_scale)(mse)(params, x, y)
    params = tuple(
        p - lr * (g / loss_scale)  #@ doubly-unscaled-grads
        for p, g in zip(params, grads)
    )
    return mse(params, x, y).astype(jnp.float32).reshape(1)
