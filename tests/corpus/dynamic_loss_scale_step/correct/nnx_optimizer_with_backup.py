# expect: accepted
"""nnx.Optimizer always steps; a copy made before is put back after an overflow."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def to_half(tree):
        return jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), tree)

    def loss_fn(m, scale=None):
        graph, state = nnx.split(m)
        half = nnx.merge(graph, to_half(state))
        err = half(to_half(x)) - to_half(y)
        loss = (err * err).mean()
        return loss if scale is None else loss.astype(jnp.float32) * scale

    grads = nnx.grad(loss_fn)(model, jnp.float32(loss_scale))
    grads = jax.tree.map(lambda g: g / jnp.float32(loss_scale), grads)

    backup = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    optimizer.update(model, grads)

    ok = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if not ok:
        nnx.update(model, backup)
        loss_scale, good_steps = max(loss_scale * 0.5, 1.0), 0
    else:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2.0, 2.0**24), 0

    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
