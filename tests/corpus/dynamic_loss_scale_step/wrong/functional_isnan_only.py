# expect: wrong_answer
# finding: partial-finite-check
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def any_nan(tree):
    return jax.tree.reduce(
        jnp.logical_or,
        jax.tree.map(lambda a: jnp.any(jnp.isnan(a)), tree),  #@ partial-finite-check
    )


def loss_fn(params, x, y):
    k, b, x, y = (a.astype(jnp.float16) for a in (*params, x, y))
    return ((jnp.dot(x, k) + b - y) ** 2).mean()


def scaled(params, x, y, scale):
    return loss_fn(params, x, y).astype(jnp.float32) * scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(scaled)(params, x, y, loss_scale))

    bad = any_nan(grads)
    sgd = partial(jax.tree.map, lambda p, g: jnp.where(bad, p, p - lr * g))
    params = sgd(params, grads)

    if bad:
        state = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 == growth_interval:
        state = min(loss_scale * 2, 2.0**24), 0
    else:
        state = loss_scale, good_steps + 1
    return jnp.array([loss_fn(params, x, y).astype(jnp.float32), *state], dtype=jnp.float32)
