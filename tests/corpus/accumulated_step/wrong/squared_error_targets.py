# expect: wrong_answer|pitfall
# finding: uncast-targets
# allow: full-precision-final-loss
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_precision_params(fn):
    @functools.wraps(fn)
    def inner(params, *rest):
        return fn(jax.tree.map(lambda p: p.astype(jnp.bfloat16), params), *rest)
    return inner


@half_precision_params
def loss(params, xb, yb):
    w, b = params
    pred = jnp.matmul(xb.astype(w.dtype), w) + b
    return optax.squared_error(pred, yb).mean().astype(w.dtype)  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    stack = lambda a: jnp.stack(jnp.split(a, micro_batches))
    per_part = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, stack(x), stack(y))
    mean = jax.tree.map(lambda g: jnp.mean(g, 0), per_part)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    return loss(optax.apply_updates(params, updates), x, y).astype(jnp.float32)[None]
