# expect: wrong_answer
# finding: unchecked-overflow
# finding: scale-grown-early
# allow: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def step(p, x, y, lr, s, n, every):
    def f(p):
        w, b = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    g = jax.grad(lambda p: f(p).astype(jnp.float32) * s)(p)
    g = jax.tree.map(lambda a: a / s, g)
    ok = jnp.array([jnp.isfinite(a).all() for a in g]).all()
    p = jax.tree.map(lambda a, d: a - lr * d, p, g)  #@ unchecked-overflow
    n = jnp.where(ok, n + 1, 0)
    grow = ok & (n >= every - 1)  #@ scale-grown-early
    s = jnp.where(ok, jnp.where(grow, jnp.minimum(2 * s, 2.0**24), s), jnp.maximum(s / 2, 1.0))
    n = jnp.where(grow, 0, n)
    return jnp.array([f(p).astype(jnp.float32), s, n.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return step((lin.kernel[...], lin.bias[...]), x, y, lr, loss_scale, good_steps, growth_interval)
