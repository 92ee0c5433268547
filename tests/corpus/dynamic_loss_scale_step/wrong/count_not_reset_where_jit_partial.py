# expect: pitfall|wrong_answer
# finding: count-not-reset
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


@partial(jax.jit, static_argnums=5)
def _run(params, x, y, lr, scale_state, interval):
    scale, count = scale_state
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(params):
        k, b = jax.tree.map(lambda a: a.astype(jnp.float16), params)
        return jnp.mean((x @ k + b - y) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(params)
    grads = jax.tree.map(lambda g: g / scale, grads)
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)

    steps = count + 1
    grow = finite & (steps == interval)
    factor = jnp.where(finite, jnp.where(grow, 2.0, 1.0), 0.5)
    scale = jnp.clip(scale * factor, 1.0, 2.0**24)
    count = jnp.where(grow, 0, steps)  #@ count-not-reset
    return jnp.array([loss(params).astype(jnp.float32), scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = (jnp.float32(loss_scale), jnp.int32(good_steps))
    return _run((lin.kernel[...], lin.bias[...]), x, y, lr, state, growth_interval)
