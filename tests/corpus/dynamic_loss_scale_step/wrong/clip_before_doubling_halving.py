# expect: pitfall|wrong_answer
# finding: scale-unbounded
import operator
from functools import partial, reduce

import jax
import jax.numpy as jnp
from flax import nnx

pipe = lambda v, *fs: reduce(lambda a, f: f(a), fs, v)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    half = lambda t: jax.tree.map(partial(jnp.asarray, dtype=jnp.float16), t)
    X, Y = half((x, y))
    loss = lambda p: pipe(p, half, lambda q: X @ q[0] + q[1], lambda z: z - Y, jnp.square, jnp.mean, jnp.float32)
    p = (m.kernel[...], m.bias[...])
    g = pipe(
        p,
        jax.grad(lambda q: operator.mul(loss(q), loss_scale)),
        partial(map, lambda t: operator.truediv(t, loss_scale)),
        tuple,
    )
    ok = pipe(g, partial(map, jnp.isfinite), partial(map, jnp.all), partial(reduce, operator.and_))
    p = tuple(map(lambda a, d: jnp.where(ok, operator.sub(a, lr * d), a), p, g))
    full = good_steps + 1 >= growth_interval
    factor = jnp.where(ok, 2.0 if full else 1.0, 0.5)
    s = pipe(jnp.float32(loss_scale), lambda s: jnp.clip(s, 1.0, 2.0**24), lambda s: s * factor)  #@ scale-unbounded
    n = jnp.where(ok, 0 if full else good_steps + 1, 0)
    return jnp.stack([loss(p), s, jnp.float32(n)])
