# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def loss16(params):
        w, b = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)

    count = good_steps + finite.astype(jnp.int32)  # only good steps count #@ count-not-reset
    scale = jnp.where(finite, loss_scale, jnp.maximum(loss_scale / 2, 1.0))
    grow = finite & (count >= growth_interval)
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    count = jnp.where(grow, 0, count)  #@ count-not-reset
    return jnp.array([loss16(params).astype(jnp.float32), scale, count.astype(jnp.float32)])
