# expect: pitfall|wrong_answer
# finding: uncast-targets
from functools import partial
from types import SimpleNamespace as NS

import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, *, target):
    return jnp.mean((x @ params.k + params.b - target) ** 2)


jax.tree_util.register_pytree_node(NS, lambda n: ((n.k, n.b), None), lambda _, kb: NS(k=kb[0], b=kb[1]))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    criterion = partial(mse, target=y)  #@ uncast-targets
    cast = lambda t, d: jax.tree.map(lambda a: jnp.asarray(a, d), t)
    x, y = cast((x, y), jnp.float16)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = NS(k=lin.kernel[...], b=lin.bias[...])
    loss16 = lambda w16: criterion(w16, x).astype(jnp.float16)

    def attempt(w, s):
        g = jax.grad(lambda w16: loss16(w16).astype(jnp.float32) * s)(cast(w, jnp.float16))
        g = jax.tree.map(lambda a: a / s, cast(g, jnp.float32))
        return g, jnp.isfinite(g.k).all() & jnp.isfinite(g.b).all()

    g, ok = jax.jit(attempt)(w, loss_scale)
    w = jax.tree.map(lambda a, d: jnp.where(ok, a - lr * d, a), w, g)
    last = good_steps + 1 == growth_interval
    s = jnp.where(ok, min(loss_scale * (1 + last), 2.0**24), max(loss_scale / 2, 1.0))
    n = jnp.where(ok, (good_steps + 1) * (not last), 0)
    return jnp.array([loss16(cast(w, jnp.float16)), s, n], jnp.float32)
