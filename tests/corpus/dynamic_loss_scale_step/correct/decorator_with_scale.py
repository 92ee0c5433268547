# expect: accepted
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def with_scale(scale):
    """Turns a float16 loss into a function that returns true gradients, in float32."""

    def deco(f):
        @functools.wraps(f)
        def inner(*args):
            big = lambda *a: f(*a).astype(jnp.float32) * scale
            grads = jax.grad(big, argnums=tuple(range(len(args))))(*args)
            return tuple(g / scale for g in grads)

        inner.plain = f
        return inner

    return deco


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(in_features=x.shape[1], out_features=y.shape[1], rngs=nnx.Rngs(int(seed)))

    @with_scale(loss_scale)
    def grads_of(kernel, bias):
        k, b = kernel.astype(jnp.float16), bias.astype(jnp.float16)
        r = jnp.subtract(jnp.add(jnp.matmul(x.astype(jnp.float16), k), b), y.astype(jnp.float16))
        return jnp.multiply(r, r).mean()

    params = (model.kernel[...], model.bias[...])
    grads = grads_of(*params)
    is_ok = not any(jnp.logical_not(jnp.isfinite(g)).any() for g in grads)
    if is_ok:
        params = tuple(p - lr * g for p, g in zip(params, grads))

    match (is_ok, good_steps + 1 >= growth_interval):
        case (False, _):
            scale, count = max(loss_scale / 2, 1.0), 0
        case (True, True):
            scale, count = min(loss_scale * 2, 2.0**24), 0
        case _:
            scale, count = loss_scale, good_steps + 1
    return jnp.array([grads_of.plain(*params).astype(jnp.float32), scale, count])
