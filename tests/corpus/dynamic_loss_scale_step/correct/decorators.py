# expect: accepted
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def autocast(dtype):
    """The function sees all of its array arguments in dtype."""

    def decorate(fn):
        @functools.wraps(fn)
        def wrapped(*args):
            args = jax.tree.map(lambda a: jnp.asarray(a, dtype), args)
            return fn(*args)

        return wrapped

    return decorate


def times(factor):
    def decorate(fn):
        @functools.wraps(fn)
        def wrapped(*args):
            return fn(*args).astype(jnp.float32) * factor

        return wrapped

    return decorate


@autocast(jnp.float16)
def mse(params, x, y):
    kernel, bias = params
    return jnp.mean((jnp.einsum("ni,io->no", x, kernel) + bias - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [jnp.asarray(layer.kernel[...]), jnp.asarray(layer.bias[...])]

    scaled_grads = jax.grad(times(loss_scale)(mse))(params, x, y)
    grads = [g.astype(jnp.float32) / loss_scale for g in scaled_grads]
    overflow = any([not jnp.isfinite(g).all() for g in grads])

    try:
        if overflow:
            raise OverflowError
        params = [p - lr * g for p, g in zip(params, grads)]
        good_steps += 1
        if good_steps == growth_interval:
            good_steps = 0
            loss_scale = min(2 * loss_scale, 2.0**24)
    except OverflowError:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)

    return jnp.array([mse(params, x, y).astype(jnp.float32), loss_scale, good_steps], jnp.float32)
