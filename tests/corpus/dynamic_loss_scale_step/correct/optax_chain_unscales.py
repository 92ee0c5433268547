# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def all_finite(tree):
    return jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda v: jnp.all(jnp.isfinite(v)), tree))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), dtype=jnp.float16)
    # the division by the scale is the first link of the chain
    tx = optax.chain(optax.scale(1.0 / loss_scale), optax.sgd(lr))
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

    x16, y16 = (jnp.astype(a, jnp.float16) for a in (x, y))

    def loss_fn(model):
        loss = optax.losses.squared_error(model(x16), y16).mean()
        return loss.astype(jnp.float32) * loss_scale, loss

    grads, _ = nnx.grad(loss_fn, has_aux=True)(model)
    # whether finite can as well be asked before the division
    if all_finite(grads):
        optimizer.update(model, grads)
        counted = good_steps + 1
        due = counted == growth_interval
        new_scale = min(loss_scale * 2.0, 2.0**24) if due else loss_scale
        new_count = 0 if due else counted
    else:
        new_scale = max(1.0, loss_scale / 2.0)
        new_count = 0

    _, loss = loss_fn(model)
    return jnp.float32([float(loss), new_scale, new_count])
