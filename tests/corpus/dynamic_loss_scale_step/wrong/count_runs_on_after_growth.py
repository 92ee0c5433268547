# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y16 = y.astype(jnp.float16)

    def mse(model):
        return jnp.mean((model(x) - y16) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)

    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        good_steps += 1
        # every growth_interval steps
        if good_steps % growth_interval == 0:
            loss_scale = min(loss_scale * 2, 2.0**24)  #@ count-not-reset
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0

    return jnp.array([mse(model).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)  #@ count-not-reset
