# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    """Plain SGD is linear in the gradient, so lr / scale undoes the scale."""
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr / loss_scale), wrt=nnx.Param)
    y_half = y.astype(jnp.float16)

    def loss_fn(model):
        diff = model(x) - y_half
        loss = jnp.mean(jnp.square(diff))
        return loss.astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    bad = sum(int(jnp.count_nonzero(~jnp.isfinite(g))) for g in jax.tree.leaves(grads))

    new_scale, new_count = loss_scale, good_steps + 1
    if bad == 0:
        optimizer.update(model, grads)
        if new_count >= growth_interval:
            new_scale, new_count = loss_scale * 2, 0
    else:
        new_scale, new_count = loss_scale / 2, 0
    new_scale = min(max(new_scale, 1.0), 2.0**24)
    return jnp.array([loss_fn(model), new_scale, new_count], dtype=jnp.float32)
