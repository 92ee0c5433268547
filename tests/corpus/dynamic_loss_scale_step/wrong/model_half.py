# expect: wrong_answer|pitfall
# finding: master-downcast
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_(module):
    """Like module.half() in torch."""
    state = nnx.state(module, nnx.Param)
    nnx.update(module, jax.tree.map(lambda p: p.astype(jnp.float16), state))  #@ master-downcast
    return module


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    module = half_(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))  #@ master-downcast
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)
    graphdef, params = nnx.split(module)

    def criterion(params):
        return jnp.mean(jnp.square(nnx.merge(graphdef, params)(x) - y))

    grads = jax.grad(lambda p: criterion(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    masters = jax.tree.map(lambda p: p.astype(jnp.float32), params)
    ok = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if ok:
        masters = jax.tree.map(lambda m, g: m - lr * g, masters, grads)
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale = min(2 * scale, 2.0**24)
            count = 0
    else:
        count = 0
        scale = max(loss_scale / 2, 1.0)
    final = criterion(jax.tree.map(lambda m: m.astype(jnp.float16), masters))
    return jnp.array([final, scale, count], dtype=jnp.float32)
