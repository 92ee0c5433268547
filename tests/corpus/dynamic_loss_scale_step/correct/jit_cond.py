# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.jit
def _step(params, x, y, lr, scale, good, interval):
    tx = optax.sgd(lr)

    def loss16(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        out = x.astype(jnp.float16) @ p["kernel"] + p["bias"]
        return jnp.mean((out - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * scale)(params)
    finite = jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda g: jnp.all(jnp.isfinite(g)), grads))

    def good_step(_):
        g = jax.tree.map(lambda a: a.astype(jnp.float32) / scale, grads)
        updates, _ = tx.update(g, tx.init(params), params)
        new = optax.apply_updates(params, updates)
        s, c = jax.lax.cond(
            good + 1 >= interval,
            lambda: (jnp.minimum(scale * 2, jnp.float32(2 ** 24)), jnp.int32(0)),
            lambda: (scale, good + 1),
        )
        return new, s, c

    def bad_step(_):
        return params, jnp.maximum(scale / 2, jnp.float32(1)), jnp.int32(0)

    params, scale, good = jax.lax.cond(finite, good_step, bad_step, None)
    return jnp.stack([loss16(params).astype(jnp.float32), scale, good.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    return _step(params, x, y, jnp.float32(lr), jnp.float32(loss_scale),
                 jnp.int32(good_steps), jnp.int32(growth_interval))
