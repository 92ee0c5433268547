# expect: wrong_answer
# finding: scale-unbounded
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])

    def loss16(params):
        w, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    params = [jnp.where(finite, p - lr * g, p) for p, g in zip(params, grads)]

    count = jnp.where(finite, good_steps + 1, 0)
    grow = count >= growth_interval
    scale = jnp.float32(loss_scale) * jnp.where(finite, jnp.where(grow, 2.0, 1.0), 0.5)  #@ scale-unbounded
    jnp.clip(scale, 1.0, 2.0**24)  #@ scale-unbounded
    count = jnp.where(grow, 0, count)
    return jnp.array([loss16(params).astype(jnp.float32), scale, count.astype(jnp.float32)])  #@ scale-unbounded
