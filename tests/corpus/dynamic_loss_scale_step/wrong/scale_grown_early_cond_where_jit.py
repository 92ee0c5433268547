# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


@jax.jit
def _update_scale(scale, count, finite, interval):
    count = count + 1

    def good(_):
        grow = count + 1 >= interval  #@ scale-grown-early
        return (
            jnp.where(grow, jnp.minimum(scale * 2.0, 2.0**24), scale),
            jnp.where(grow, 0, count),
        )

    def bad(_):
        return jnp.maximum(scale / 2.0, 1.0), jnp.zeros_like(count)

    return lax.cond(finite, good, bad, None)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]
    x, y = lax.convert_element_type(x, jnp.float16), lax.convert_element_type(y, jnp.float16)

    def mse(p):
        k, b = (lax.convert_element_type(a, jnp.float16) for a in p)
        return jnp.mean(lax.square(lax.dot(x, k) + b - y))

    s = jnp.float32(loss_scale)
    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * s)(p)
    g = [a / s for a in g]
    finite = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    p = [jnp.where(finite, a - lr * d, a) for a, d in zip(p, g)]
    s, c = _update_scale(s, jnp.int32(good_steps), finite, growth_interval)
    return jnp.stack([mse(p).astype(jnp.float32), s, c.astype(jnp.float32)])
