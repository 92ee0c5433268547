# expect: wrong_answer
# finding: partial-finite-check
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def tree_select(new, old):
    """Takes the new leaf if it is usable, otherwise keeps the old one."""
    return jax.tree.map(lambda n, o: jnp.where(jnp.all(jnp.isfinite(n)), n, o), new, old)  #@ partial-finite-check


def tree_all_finite(tree):
    return jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda a: jnp.isfinite(a).all(), tree))


def mse(params, x, y):
    k, b = (jnp.asarray(params[name], jnp.float16) for name in ("kernel", "bias"))
    return jnp.mean((x @ k + b - y) ** 2)


@jax.jit
def _step(params, x, y, lr, scale, good, interval):
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    proposal = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    params = tree_select(proposal, params)

    ok = tree_all_finite(grads)
    grow = ok & (good + 1 >= interval)
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    scale = jnp.where(ok, scale, jnp.maximum(scale / 2, 1.0))
    good = jnp.where(ok & ~grow, good + 1, 0)
    return mse(params, x, y), scale, good


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = nnx.to_pure_dict(nnx.state(layer))
    to16 = partial(jnp.asarray, dtype=jnp.float16)
    loss, scale, good = _step(
        params, to16(x), to16(y), jnp.float32(lr), jnp.float32(loss_scale), good_steps, growth_interval
    )
    return jnp.array([loss, scale, good], dtype=jnp.float32)
