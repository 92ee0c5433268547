# expect: accepted
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def in_half(fn):
    """Cast every float array among the arguments to float16, and the result to float32."""

    @functools.wraps(fn)
    def wrapped(*args):
        args = jax.tree.map(lambda a: a.astype(jnp.float16), args)
        return fn(*args).astype(jnp.float32)

    return wrapped


def scaled_grad(scale):
    def decorate(fn):
        g = jax.grad(lambda *a: fn(*a) * scale)

        @functools.wraps(fn)
        def wrapped(*args):
            return jax.tree.map(lambda v: v.astype(jnp.float32) / scale, g(*args))

        return wrapped

    return decorate


@in_half
def loss(params, x, y):
    return jnp.mean(jnp.square(x @ params["kernel"] + params["bias"] - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = dict(kernel=model.kernel[...], bias=model.bias[...])
    grads = scaled_grad(loss_scale)(loss)(params, x, y)
    ok = jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    if ok:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    count = (good_steps + 1) * ok
    scale = loss_scale if ok else max(loss_scale / 2, 1.0)
    if count == growth_interval:
        scale, count = min(scale * 2, 2.0**24), 0
    return jnp.array([loss(params, x, y), scale, count], dtype=jnp.float32)
