# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def pipeline(*stages):
    return lambda value: functools.reduce(lambda acc, f: f(acc), stages, value)


def cast_to(dtype):
    return lambda tree: jax.tree.map(lambda a: jnp.asarray(a, dtype), tree)


def divide_by(s):
    return lambda tree: jax.tree.map(lambda a: a / s, tree)


def with_scale(s):
    def decorate(loss_fn):
        def amplified(p):
            return loss_fn(p).astype(jnp.float32) * s

        return pipeline(cast_to(jnp.float16), jax.grad(amplified), cast_to(jnp.float32))

    return decorate


def scaled_sgd(lr, s):
    return optax.chain(optax.scale(1.0 / s), optax.sgd(lr))


def attempt(tx, params, grads):
    updates, _ = tx.update(grads, tx.init(params), params)
    return optax.apply_updates(params, updates)


def finite(tree):
    return bool(jnp.isfinite(optax.global_norm(tree)))


def after(ok, s, n, interval):
    if not ok:
        return max(s / 2.0, 1.0), 0
    if n + 1 < interval:
        return s, n + 1
    return min(s * 2.0, 2.0**24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = cast_to(jnp.float16)((x, y))

    def loss_fn(p):
        return jnp.mean(jnp.square(nnx.merge(graphdef, p)(x) - y))

    grads = with_scale(loss_scale)(loss_fn)(params)
    ok = finite(grads)  # infinite before a division as well as after
    params = attempt(scaled_sgd(lr, loss_scale), params, grads) if ok else params
    scale, count = after(ok, loss_scale, good_steps, growth_interval)
    final = pipeline(cast_to(jnp.float16), loss_fn, cast_to(jnp.float32))(params)
    return jnp.stack([final, jnp.float32(scale), jnp.float32(count)])
