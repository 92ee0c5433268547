# expect: wrong_answer
# finding: partial-finite-check
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        p = x.astype(jnp.float16) @ model.kernel[...].astype(jnp.float16) + model.bias[...].astype(jnp.float16)
        return jnp.mean((p - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    loss, grads = nnx.value_and_grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    overflow = jnp.isnan(loss) | jnp.isinf(loss)  #@ partial-finite-check
    if not overflow:
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps >= growth_interval:  #@ count-not-reset
            loss_scale = min(loss_scale * 2, 2.0**24)  #@ count-not-reset
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(model), loss_scale, good_steps], dtype=jnp.float32)
