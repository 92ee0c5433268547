# expect: accepted
import contextlib

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Rollback(Exception):
    pass


@contextlib.contextmanager
def transaction(model):
    """Puts the parameters back if the block raises Rollback."""
    saved = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    try:
        yield
    except Rollback:
        nnx.update(model, saved)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    a, t = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss16(m):
        return jnp.mean((a @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16) - t) ** 2)

    scale, count = max(loss_scale / 2, 1.0), 0  # what it will be if this goes wrong
    with transaction(model):
        grads = nnx.grad(lambda m: loss16(m).astype(jnp.float32) * loss_scale)(model)
        optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
        if not all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
            raise Rollback
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0

    return jnp.array([float(loss16(model)), scale, count], dtype=jnp.float32)
