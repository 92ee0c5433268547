# expect: accepted
"""A decorator makes any update function skip where the gradients aren't finite."""
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def skip_unless_finite(update):
    @functools.wraps(update)
    def wrapper(params, grads, *args, **kwargs):
        ok = jnp.array(True)
        for leaf in jax.tree.leaves(grads):
            ok &= jnp.isfinite(leaf).all()
        new = update(params, grads, *args, **kwargs)
        return ok, jax.tree.map(functools.partial(jnp.where, ok), new, params)

    return wrapper


@skip_unless_finite
def sgd(params, grads, *, lr):
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    return optax.apply_updates(params, updates)


def in_half(f):
    @functools.wraps(f)
    def wrapper(*args):
        return f(*jax.tree.map(lambda a: a.astype(jnp.float16), args))

    return wrapper


@in_half
def loss(params, x, y):
    return jnp.mean(jnp.square(x @ params["kernel"] + params["bias"] - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param))
    grads = jax.grad(lambda p: loss(p, x, y).astype(jnp.float32) * loss_scale)(params)
    ok, params = sgd(params, jax.tree.map(lambda g: g / loss_scale, grads), lr=lr)
    grow = ok & (good_steps + 1 == growth_interval)
    exponent = jnp.where(ok, grow.astype(jnp.float32), -1.0)
    scale = jnp.clip(jnp.float32(loss_scale) * jnp.exp2(exponent), 1.0, 2.0**24)
    count = jnp.where(ok & ~grow, good_steps + 1, 0)
    return jnp.stack([loss(params, x, y).astype(jnp.float32), scale, count.astype(jnp.float32)])
