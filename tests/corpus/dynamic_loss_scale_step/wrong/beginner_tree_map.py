# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # model and optimizer
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    # half precision data
    x_half = jnp.asarray(x, dtype=jnp.float16)
    y_half = jnp.asarray(y, dtype=jnp.float16)

    # half precision copy of the model
    def make_half_model():
        copy = nnx.clone(model)
        half_state = jax.tree.map(lambda p: p.astype(jnp.float16), nnx.state(copy))
        nnx.update(copy, half_state)
        return copy

    def loss_fn(m):
        prediction = m(x_half)
        return jnp.mean((prediction - y_half) ** 2)

    def scaled_loss_fn(m):
        return loss_fn(m).astype(jnp.float32) * loss_scale

    # gradients
    grads = nnx.grad(scaled_loss_fn)(make_half_model())

    # to float32
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), grads)
    # and unscale
    jax.tree.map(lambda g: g / loss_scale, grads)  #@ unscaled-grads

    # check
    checks = []
    for g in jax.tree.leaves(grads):
        checks.append(np.isfinite(np.array(g)).all())
    all_good = all(checks)

    if all_good == True:
        optimizer.update(model, grads)  #@ unscaled-grads
        if good_steps + 1 == growth_interval:
            new_scale = min(loss_scale * 2, 2**24)
            new_count = 0
        else:
            new_scale = loss_scale
            new_count = good_steps + 1
    else:
        new_scale = max(loss_scale / 2, 1.0)
        new_count = 0

    new_loss = loss_fn(make_half_model())
    return jnp.array([float(new_loss), float(new_scale), float(new_count)], dtype=jnp.float32)
