# expect: accepted
"""Unscaling is the first member of the optax chain; finiteness is asked of the scaled gradients."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def unscale(by):
    return optax.stateless(lambda updates, params=None: jax.tree.map(lambda g: g.astype(jnp.float32) / by, updates))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.chain(unscale(jnp.float32(loss_scale)), optax.sgd(lr)), wrt=nnx.Param)
    x, y = jax.tree.map(lambda a: a.astype(jnp.float16), (x, y))

    def loss_fn(m):
        loss = jnp.mean((m(x) - y) ** 2)
        return loss.astype(jnp.float32) * loss_scale, loss

    scaled_grads, _ = nnx.grad(loss_fn, has_aux=True)(model)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), scaled_grads))
    if finite:
        optimizer.update(model, scaled_grads)
    _, loss = loss_fn(model)
    grown = finite and good_steps + 1 >= growth_interval
    scale = loss_scale * (2.0 if grown else 1.0 if finite else 0.5)
    scale = min(max(scale, 1.0), 2.0**24)
    count = good_steps + 1 if finite and not grown else 0
    return jnp.stack([jnp.asarray(v, jnp.float32) for v in (loss, scale, count)])
