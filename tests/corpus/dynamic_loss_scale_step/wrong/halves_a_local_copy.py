# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def backoff(scale):
    scale = max(scale / 2, 1.0)
    return scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def compute_loss(model):
        k = model.kernel[...].astype(jnp.float16)
        b = model.bias[...].astype(jnp.float16)
        return jnp.mean(jnp.square(jnp.dot(x16, k) + b - y16))

    grads = nnx.grad(lambda m: compute_loss(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    overflow = any(bool(jnp.any(~jnp.isfinite(g))) for g in jax.tree.leaves(grads))

    new_scale = loss_scale
    new_count = 0
    if overflow:
        backoff(loss_scale)  #@ scale-not-reduced
    else:
        optimizer.update(model, grads)
        new_count = good_steps + 1
        if new_count == growth_interval:
            new_scale = min(loss_scale * 2, 2.0**24)
            new_count = 0
    return jnp.array([compute_loss(model).astype(jnp.float32), new_scale, new_count])  #@ scale-not-reduced
