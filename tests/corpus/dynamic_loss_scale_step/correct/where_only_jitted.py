# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

H, F = jnp.float16, jnp.float32
halve = partial(jax.tree.map, lambda a: a.astype(H))
widen = partial(jax.tree.map, lambda a: a.astype(F))


def loss16(p, x, y):
    p, x, y = halve((p, x, y))
    return jnp.square(x @ p["kernel"] + p["bias"] - y).mean()


@jax.jit
def _step(p, x, y, lr, s, n, interval):
    g = jax.grad(lambda q: loss16(q, x, y).astype(F) * s)(p)
    g = jax.tree.map(lambda t: t / s, widen(g))
    ok = jnp.stack([jnp.isfinite(t).all() for t in jax.tree.leaves(g)]).all()
    q = jax.tree.map(lambda a, b: jnp.where(ok, a - lr * b, a), p, g)
    n1 = n + 1
    grow = ok & (n1 >= interval)
    s1 = jnp.where(ok, jnp.where(grow, jnp.minimum(2 * s, F(2**24)), s), jnp.maximum(s / 2, F(1)))
    n2 = jnp.where(ok & ~grow, n1, 0)
    return jnp.stack([loss16(q, x, y).astype(F), s1, n2.astype(F)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": m.kernel[...], "bias": m.bias[...]}
    return _step(p, x, y, F(lr), F(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval))
