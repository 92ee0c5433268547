# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def half_loss(model, x, y):
    kernel = model.kernel[...].astype(jnp.float16)
    bias = model.bias[...].astype(jnp.float16)
    prediction = jnp.dot(x.astype(jnp.float16), kernel) + bias
    return jnp.mean((prediction - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def objective(model):
        return half_loss(model, x, y).astype(jnp.float32) * loss_scale

    grads = nnx.grad(objective)(model)

    # Any inf or NaN: nothing was touched yet, so leave right away.
    if not all(np.isfinite(np.asarray(g)).all() for g in jax.tree.leaves(grads)):
        smaller = loss_scale * 0.5
        if smaller < 1.0:
            smaller = 1.0
        return jnp.asarray([half_loss(model, x, y), smaller, 0], dtype=jnp.float32)

    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    good_steps += 1
    if good_steps == growth_interval:
        good_steps = 0
        loss_scale = min(loss_scale * 2, 16777216.0)
    return jnp.asarray([half_loss(model, x, y), loss_scale, good_steps], dtype=jnp.float32)
