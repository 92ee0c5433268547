# expect: pitfall|wrong_answer
# finding: scale-not-reduced
"""The backoff factor is passed with its default of a quarter."""
import jax
import jax.numpy as jnp
from flax import nnx


def adjust(scale, count, finite, interval, growth=2.0, backoff=0.25):  #@ scale-not-reduced
    due = finite & (count + 1 == interval)
    grown = jnp.minimum(scale * growth, 2.0**24)
    shrunk = jnp.maximum(scale * backoff, 1.0)  #@ scale-not-reduced
    scale = jnp.select([~finite, due], [shrunk, grown], scale)
    count = jnp.where(finite & ~due, count + 1, 0)
    return scale, count


@jax.jit
def step(params, x, y, lr, scale, count, interval):
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean(jnp.square(xh @ p["w"].astype(jnp.float16) + p["b"].astype(jnp.float16) - yh))

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(params)
    grads = jax.tree.map(lambda g: g / scale, grads)
    finite = jnp.isfinite(grads["w"]).all() & jnp.isfinite(grads["b"]).all()
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    scale, count = adjust(scale, count, finite, interval)
    return jnp.stack([loss(params).astype(jnp.float32), scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": m.kernel[...], "b": m.bias[...]}
    return step(params, x, y, jnp.float32(lr), jnp.float32(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval))
