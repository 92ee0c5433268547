# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def fn(p, x, y, lr, s, n, interval):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean((x @ p[0].astype(jnp.float16) + p[1].astype(jnp.float16) - y) ** 2)

    g = jax.grad(lambda p: loss(p).astype(jnp.float32) * s)(p)
    g = [d / s for d in g]
    ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    p = [jnp.where(ok, a - lr * d, a) for a, d in zip(p, g)]
    grow = n + 1 == interval
    s = jnp.where(ok, jnp.where(grow, jnp.minimum(s * 2, 2.0**24), s), jnp.maximum(s / 2, 1.0))
    n = jnp.where(ok & ~grow, n + 1, 0)
    return loss(p), s, n


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    out = fn([lin.kernel[...], lin.bias[...]], x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval)
    return jnp.stack([jnp.asarray(o, jnp.float32).reshape(1) for o in out])  #@ wrong-output-shape
