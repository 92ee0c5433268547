# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def half_loss(model):
        w = model.kernel[...].astype(jnp.float16)
        b = model.bias[...].astype(jnp.float16)
        err = x16 @ w + b - y16
        return jnp.mean(err ** 2)

    def scaled_loss(model):
        return half_loss(model).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    finite = all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))

    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale = min(loss_scale * 2, 2.0 ** 24)
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0

    loss = half_loss(model)
    return jnp.array([loss.astype(jnp.float32), scale, count], dtype=jnp.float32)
