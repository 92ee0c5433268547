# expect: wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        pred = x.astype(jnp.float16) @ model.kernel[...].astype(jnp.float16) + model.bias[...].astype(jnp.float16)
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    def scaled_loss(model):
        return loss_fn(model).astype(jnp.float32) * loss_scale

    loss_value, grads = nnx.value_and_grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    # did it overflow?
    if jnp.isfinite(loss_value):  #@ partial-finite-check
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale = min(2 * scale, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    return jnp.array([loss_fn(model).astype(jnp.float32), scale, count])
