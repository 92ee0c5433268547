# expect: pitfall|wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx

CAP = 2.0**24


def next_scale(scale, count, finite, interval, factor=2.0):
    count = lax.select(finite, count + 1, jnp.zeros_like(count))
    grow = count >= interval
    scale = lax.select(grow, jnp.clip(scale * factor, 1.0, CAP), scale)  #@ scale-not-reduced
    return scale, lax.select(grow, jnp.zeros_like(count), count)  #@ scale-not-reduced


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    @jax.jit
    def run(p, x, y, scale, count):
        x, y = x.astype(jnp.float16), y.astype(jnp.float16)

        def loss(p):
            k, b = jax.tree.map(lambda a: a.astype(jnp.float16), p)
            return jnp.mean((x @ k + b - y) ** 2)

        g = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(p)
        g = jax.tree.map(lambda a: a / scale, g)
        finite = jnp.logical_and(*[jnp.isfinite(a).all() for a in g])
        p = jax.tree.map(lambda a, d: jnp.where(finite, a - lr * d, a), p, g)
        scale, count = next_scale(scale, count, finite, growth_interval)  #@ scale-not-reduced
        return jnp.stack([loss(p).astype(jnp.float32), scale, count.astype(jnp.float32)])

    return run((layer.kernel[...], layer.bias[...]), x, y, jnp.float32(loss_scale), jnp.int32(good_steps))
