# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx
h, f, M = jnp.float16, jnp.float32, jax.tree.map

def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    g, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), dtype=h))
    L = lambda p: jnp.mean((nnx.merge(g, p)(h(x)) - h(y)) ** 2).astype(f)
    d = M(lambda t: t / f(loss_scale), jax.grad(lambda p: L(p) * f(loss_scale))(p))
    k = all(bool(jnp.isfinite(t).all()) for t in jax.tree.leaves(d))
    p = M(lambda a, b: a - f(lr) * b, p, d) if k else p
    n = (good_steps + 1) % growth_interval if k else 0
    s = max(1., loss_scale / 2) if not k else loss_scale if n else min(2. ** 24, loss_scale * 2)
    return jnp.array([L(p), s, n], f)
