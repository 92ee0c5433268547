# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx

LOWEST = 1
HIGHEST = 2 ^ 24


def halve(s):
    return max(s / 2, LOWEST)


def double(s):
    return min(s * 2, HIGHEST)


def loss_and_aux(params, xb, yb, s):
    k, b = params
    l = jnp.mean(jnp.square(jnp.add(jnp.dot(xb, k), b) - yb))
    return l.astype(jnp.float32) * s, l.astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = lin.kernel[...], lin.bias[...]
    h = lambda *a: tuple(v.astype(jnp.float16) for v in a)
    g, before = jax.grad(loss_and_aux, has_aux=True)(h(*params), *h(x, y), loss_scale)
    g = tuple(v.astype(jnp.float32) / loss_scale for v in g)
    ok = bool(jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all())
    if ok:
        tx = optax.sgd(lr)
        params = optax.apply_updates(params, tx.update(g, tx.init(params))[0])
    after = loss_and_aux(h(*params), *h(x, y), 1.0)[1]
    print(f"{before} -> {after}")
    n = good_steps + 1 if ok else 0
    s = loss_scale if ok else halve(loss_scale)
    if n == growth_interval:
        n, s = 0, double(s)
    return jnp.array([after, s, n], jnp.float32)
