# expect: wrong_answer
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        k, b = model.kernel[...].astype(jnp.float16), model.bias[...].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    scale, count = loss_scale, 0  #@ scale-not-reduced
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):  #@ scale-not-reduced
        optimizer.update(model, grads)
        count = good_steps + 1
        if count == growth_interval:
            scale, count = min(2.0**24, 2 * loss_scale), 0
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
