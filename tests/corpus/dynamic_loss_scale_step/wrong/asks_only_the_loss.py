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
        w = model.kernel[...].astype(jnp.float16)
        b = model.bias[...].astype(jnp.float16)
        loss = jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)
        return loss.astype(jnp.float32) * loss_scale

    scaled, grads = nnx.value_and_grad(loss_fn)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if jnp.isfinite(scaled):  #@ partial-finite-check
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale = min(scale * 2, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    return jnp.array([loss_fn(model) / loss_scale, scale, count], dtype=jnp.float32)
