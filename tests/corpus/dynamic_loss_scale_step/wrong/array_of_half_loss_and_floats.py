# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y16 = y.astype(jnp.float16)

    def mse(model):
        return optax.squared_error(model(x), y16).mean()

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    optimizer.update(model, grads) if finite else None
    count = (good_steps + 1) % growth_interval if finite else 0
    if not finite:
        scale = max(loss_scale / 2, 1.0)
    elif count == 0:
        scale = min(loss_scale * 2, 2.0**24)
    else:
        scale = loss_scale
    return jnp.array([mse(model), scale, count])  #@ wrong-output-dtype
