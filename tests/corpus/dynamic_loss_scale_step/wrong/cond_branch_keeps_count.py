# expect: pitfall|wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16 = lax.convert_element_type(x, jnp.float16)
    y16 = lax.convert_element_type(y, jnp.float16)

    def net(p):
        k, b = (lax.convert_element_type(a, jnp.float16) for a in p)
        return lax.add(lax.dot(x16, k), lax.broadcast(b, (x16.shape[0],)))

    def loss(p):
        return jnp.mean(lax.integer_pow(lax.sub(net(p), y16), 2))

    def good(c):
        p, g, s, n = c
        p = jax.tree.map(lambda a, d: a - lr * d, p, g)
        return lax.cond(n + 1 == growth_interval, lambda: (p, lax.min(s * 2, 2.0**24), 0), lambda: (p, s, n + 1))

    def bad(c):
        p, _, s, n = c
        return p, lax.max(s / 2, 1.0), n  #@ count-not-reset

    p = (lin.kernel[...], lin.bias[...])
    s = jnp.float32(loss_scale)
    g = jax.tree.map(lambda a: a / s, jax.grad(lambda q: lax.convert_element_type(loss(q), jnp.float32) * s)(p))
    ok = jnp.logical_and(*[lax.is_finite(a).all() for a in g])
    p, s, n = lax.cond(ok, good, bad, (p, g, s, jnp.int32(good_steps)))
    return jnp.stack([loss(p).astype(jnp.float32), s, n.astype(jnp.float32)])
