# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def in_half(fn):
    """Arguments to bfloat16, result back to float32."""

    @functools.wraps(fn)
    def wrapper(*args):
        low = jax.tree.map(lambda a: a.astype(jnp.bfloat16) if hasattr(a, "astype") else a, args)  #@ low-precision-grads
        return jax.tree.map(lambda a: a.astype(jnp.float32), fn(*low))

    return wrapper


@in_half
def mse(params, x, y):
    return jnp.mean((x @ params[0] + params[1] - y) ** 2)


@in_half
def increment(grads, lr):  #@ low-precision-update, low-precision-grads
    return [lr * g for g in grads]  #@ low-precision-update


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    grads = jax.grad(lambda p: mse(p, x, y) * loss_scale)(params)
    step = increment([g / loss_scale for g in grads], lr)  #@ low-precision-update, low-precision-grads
    params = [p - s for p, s in zip(params, step)]
    return mse(params, x, y).reshape(1)
