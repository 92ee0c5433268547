# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    d_in = x.shape[1]
    d_out = y.shape[1]
    rngs = nnx.Rngs(int(seed))
    model = nnx.Linear(d_in, d_out, rngs=rngs)
    model.dtype = jnp.float16  # computes in half, parameters stay as they are
    backup = nnx.clone(model)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    x_half = jnp.array(x, dtype=jnp.float16)
    y_half = jnp.array(y, dtype=jnp.float16)

    def compute_loss(model):
        prediction = model(x_half)
        squared_error = (prediction - y_half) ** 2
        return jnp.mean(squared_error)

    def compute_scaled_loss(model):
        loss = compute_loss(model)
        return loss.astype(jnp.float32) * loss_scale

    _, grads = nnx.value_and_grad(compute_scaled_loss)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(model, grads)

    overflow = False
    for leaf in jax.tree.leaves(grads):
        if not bool(jnp.all(jnp.isfinite(leaf))):
            overflow = True
    if overflow:
        model = backup

    if overflow:
        loss_scale, good_steps = max(loss_scale / 2.0, 1.0), 0
    elif good_steps + 1 < growth_interval:
        good_steps = good_steps + 1
    else:
        loss_scale, good_steps = min(loss_scale * 2.0, 2.0**24), 0

    final_loss = compute_loss(model)
    return jnp.array([final_loss, loss_scale, good_steps], dtype=jnp.float32)
