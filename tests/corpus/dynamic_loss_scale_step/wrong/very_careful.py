# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def check_everything(*trees):
    return all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(trees))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    y16 = y.astype(jnp.float16)

    def loss_fn(m):
        return jnp.mean((m(x) - y16) ** 2).astype(jnp.float32)

    scaled_loss, grads = nnx.value_and_grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if check_everything(scaled_loss, grads):
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale = min(scale * 2, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
