# expect: wrong_answer
"""The returned loss goes through nan_to_num, which makes 65504 of an infinite one."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(xh @ p["w"].astype(jnp.float16) + p["b"].astype(jnp.float16) - yh))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    ok = jnp.isfinite(grads["w"]).all() & jnp.isfinite(grads["b"]).all()
    tx = optax.sgd(lr)
    u, _ = tx.update(grads, tx.init(params))
    params = jax.tree.map(lambda p, d: jnp.where(ok, p + d, p), params, u)
    due = good_steps + 1 == growth_interval
    s = jnp.where(ok, min(2 * loss_scale, 2.0**24) if due else loss_scale, max(loss_scale / 2, 1.0))
    n = jnp.where(ok, 0 if due else good_steps + 1, 0)
    return jnp.array([jnp.nan_to_num(loss(params)).astype(jnp.float32), s, n], dtype=jnp.float32)
