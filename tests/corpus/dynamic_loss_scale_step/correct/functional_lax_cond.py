# expect: accepted
"""Plain dict of parameters, optax, and one lax.cond that returns parameters, scale and count together."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx

MAX_SCALE, MIN_SCALE = 2.0**24, 1.0


def predict(params, x):
    return jnp.dot(x, params["kernel"]) + params["bias"]


def mse(params, x, y):
    p16 = {k: v.astype(jnp.float16) for k, v in params.items()}
    return jnp.mean((predict(p16, x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


def tree_finite(tree):
    return jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda a: jnp.all(jnp.isfinite(a)), tree))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    scale = jnp.asarray(loss_scale, jnp.float32)
    count = jnp.asarray(good_steps, jnp.int32)

    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)

    def good(_):
        updates, _ = tx.update(grads, opt_state, params)
        new = optax.apply_updates(params, updates)
        full = count + 1 == growth_interval
        return (
            new,
            jax.lax.select(full, jnp.minimum(scale * 2, MAX_SCALE), scale),
            jax.lax.select(full, jnp.int32(0), count + 1),
        )

    def bad(_):
        return params, jnp.maximum(scale / 2, MIN_SCALE), jnp.int32(0)

    params, scale, count = jax.lax.cond(tree_finite(grads), good, bad, None)
    out = [mse(params, x, y), scale, count]
    return jnp.stack([jnp.float32(v) for v in out])
