# expect: accepted
import operator

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graph, weights, rest = nnx.split(m, nnx.Param, ...)
    half = lambda tree: jax.tree.map(operator.methodcaller("astype", jnp.float16), tree)

    def evaluate(w):
        return jnp.mean(jnp.power(nnx.merge(graph, half(w), rest)(half(x)) - half(y), 2))

    tx = optax.sgd(lr)
    g = jax.grad(lambda w: evaluate(w).astype(jnp.float32) * loss_scale)(weights)
    g = jax.tree.map(lambda t: jnp.divide(t.astype(jnp.float32), loss_scale), g)

    finite = bool(jax.tree.all(jax.tree.map(lambda t: jnp.isfinite(t).all(), g)))
    match (finite, good_steps + 1):
        case (False, _):
            scale, count = max(loss_scale / 2, 1.0), 0
        case (True, n) if n == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
        case (True, n):
            scale, count = loss_scale, n
    match finite:
        case True:
            u, _ = tx.update(g, tx.init(weights))
            weights = optax.apply_updates(weights, u)
        case False:
            pass

    return jnp.array((evaluate(weights).astype(jnp.float32), scale, count), dtype=jnp.float32)
