# expect: wrong_answer|pitfall
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x_half = x.astype(jnp.float16)
    y_half = y.astype(jnp.float16)

    def mse(model):
        # half inputs give half outputs
        pred = model(x_half)  #@ full-precision-forward
        return jnp.mean((pred - y_half) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([mse(model).astype(jnp.float32), scale, count], dtype=jnp.float32)
