# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast
# allow: low-precision-grads
# allow: master-downcast
# allow: low-precision-update
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def in_float16(fn):
    @functools.wraps(fn)
    def inner(*args):
        return fn(*(jnp.asarray(a, jnp.float16) for a in args)).astype(jnp.float32)

    return inner


@in_float16
def mse(k, b, x, y):
    return jnp.mean((x @ k + b - y) ** 2)


@in_float16  #@ low-precision-update, master-downcast
def sgd(p, lr, g):
    return p - lr * g  #@ low-precision-update, master-downcast


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = m.kernel[...], m.bias[...]
    gk, gb = jax.grad(lambda k, b: mse(k, b, x, y) * loss_scale, argnums=(0, 1))(k, b)
    gk, gb = gk / loss_scale, gb / loss_scale
    if jnp.isfinite(gk).all() and jnp.isfinite(gb).all():
        k, b = sgd(k, lr, gk), sgd(b, lr, gb)  #@ low-precision-update, master-downcast
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([mse(k, b, x, y), loss_scale, good_steps], jnp.float32)
