# expect: wrong_answer
"""The parameters come from the seed, but from lecun_normal with its own key instead of from nnx.Linear."""
import jax
import jax.numpy as jnp
from jax.nn import initializers


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    key = jax.random.key(int(seed))
    params = {
        "w": initializers.lecun_normal()(key, (x.shape[1], y.shape[1]), jnp.float32),
        "b": jnp.zeros((y.shape[1],), jnp.float32),
    }
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(x16 @ p["w"].astype(jnp.float16) + p["b"].astype(jnp.float16) - y16))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = jnp.isfinite(grads["w"]).all() & jnp.isfinite(grads["b"]).all()
    params = jax.tree.map(lambda p, g: jnp.where(ok, p - lr * g, p), params, grads)
    due = good_steps + 1 == growth_interval
    s = jnp.where(ok, min(2 * loss_scale, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(ok, 0 if due else good_steps + 1, 0)
    return jnp.stack([loss(params).astype(jnp.float32), s.astype(jnp.float32), n.astype(jnp.float32)])
