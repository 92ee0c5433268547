# expect: wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    inputs, targets = x.astype(jnp.float16), y.astype(jnp.float16)

    def criterion(model):
        return jnp.mean((model(inputs) - targets) ** 2)

    def closure(model):
        return criterion(model).astype(jnp.float32) * loss_scale

    loss, grads = nnx.value_and_grad(closure)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    if not jnp.isfinite(loss):  #@ partial-finite-check
        # loss blew up: skip this batch
        new_scale, new_good = max(loss_scale * 0.5, 1.0), 0
    else:
        optimizer.update(model, grads)
        new_scale, new_good = loss_scale, good_steps + 1
        if new_good == growth_interval:
            new_scale, new_good = min(loss_scale * 2.0, 2.0**24), 0

    return jnp.array([criterion(model).astype(jnp.float32), new_scale, new_good], dtype=jnp.float32)
