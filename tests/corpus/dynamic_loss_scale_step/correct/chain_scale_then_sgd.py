# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # the first link of the chain unscales
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    def loss_fn(model, xs, ys):
        params = nnx.state(model, nnx.Param)
        w16 = params["kernel"][...].astype(jnp.float16)
        b16 = params["bias"][...].astype(jnp.float16)
        return optax.squared_error(xs @ w16 + b16, ys).mean()

    args = jnp.float16(x), jnp.float16(y)
    grads = nnx.grad(lambda m: loss_fn(m, *args).astype(jnp.float32) * loss_scale)(model)
    overflowed = any(not jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(grads))
    if overflowed:
        new_scale = max(loss_scale / 2.0, 1.0)
        new_count = 0
    else:
        optimizer.update(model, grads)
        new_count = good_steps + 1
        new_scale = loss_scale
        if new_count == growth_interval:
            new_count = 0
            new_scale = min(2.0 * loss_scale, 2.0**24)
    loss = loss_fn(model, *args)
    return jnp.array([loss.astype(jnp.float32), new_scale, new_count], dtype=jnp.float32)
