# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def mse(m):
        return jnp.mean((m(x) - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0

    loss = mse(model).astype(jnp.float32).reshape(1, 1)
    scale = jnp.full((1, 1), scale, dtype=jnp.float32)
    count = jnp.full((1, 1), count, dtype=jnp.float32)
    return jnp.concatenate([loss, scale, count], axis=1)  #@ wrong-output-shape
