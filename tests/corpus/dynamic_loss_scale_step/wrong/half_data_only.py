# expect: wrong_answer|pitfall
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x_half = jnp.asarray(x, dtype=jnp.float16)
    y_half = jnp.asarray(y, dtype=jnp.float16)

    def loss_and_scaled(model):
        prediction = model(x_half)  #@ full-precision-forward
        error = prediction - y_half
        loss = jnp.mean(error * error).astype(jnp.float16)
        return loss.astype(jnp.float32) * loss_scale, loss

    (_, _), grads = nnx.value_and_grad(loss_and_scaled, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    bad = [g for g in jax.tree.leaves(grads) if not bool(jnp.isfinite(g).all())]
    if len(bad) == 0:
        optimizer.update(model, grads)

    if len(bad) > 0:
        scale, count = max(loss_scale / 2, 1.0), 0
    else:
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    _, loss = loss_and_scaled(model)
    return jnp.array([loss, scale, count], dtype=jnp.float32)
