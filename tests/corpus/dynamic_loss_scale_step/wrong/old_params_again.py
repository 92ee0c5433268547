# expect: wrong_answer|pitfall
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": linear.kernel[...], "bias": linear.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_at(params):
        k = params["kernel"].astype(jnp.float16)
        b = params["bias"].astype(jnp.float16)
        return jnp.mean(jnp.square(x16 @ k + b - y16)).astype(jnp.float32)

    scaled_grads = jax.grad(lambda p: loss_at(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, scaled_grads)
    ok = jnp.isfinite(grads["kernel"]).all() & jnp.isfinite(grads["bias"]).all()

    def accept(p):
        return jax.tree.map(lambda a, g: a - lr * g, p, grads)

    def reject(p):
        return p

    new_params = lax.cond(ok, accept, reject, params)  #@ update-discarded
    n = jnp.where(ok, good_steps + 1, 0)
    s = jnp.where(ok, jnp.float32(loss_scale), jnp.float32(loss_scale) / 2)
    s = jnp.where(n == growth_interval, s * 2, s)
    n = jnp.where(n == growth_interval, 0, n)
    s = jnp.clip(s, 1.0, 2.0**24)
    return jnp.stack([loss_at(params), s, n.astype(jnp.float32)])  #@ update-discarded
