# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    pred = model(x)
    return optax.squared_error(pred, y).astype(pred.dtype).mean()  #@ uncast-targets


@nnx.jit
def scaled_grads(model, x, y, scale):
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * scale)(model)
    return jax.tree.map(lambda g: g / scale, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(
        x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed))
    )
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = scaled_grads(model, x, y, loss_scale)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        next_count = (good_steps + 1) % growth_interval
        next_scale = min(loss_scale * 2, 2.0**24) if next_count == 0 else loss_scale
    else:
        next_count = 0
        next_scale = max(loss_scale / 2, 1.0)
    return jnp.array([mse(model, x, y), next_scale, next_count], dtype=jnp.float32)
