# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    # 1
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    # 2
    x_half = x.astype(jnp.float16)
    y_half = y.astype(jnp.float16)

    def half_loss(m):
        kernel = m.kernel[...].astype(jnp.float16)
        bias = m.bias[...].astype(jnp.float16)
        pred = x_half @ kernel + bias
        return jnp.mean((pred - y_half) ** 2)

    def scaled_loss(m):
        return half_loss(m).astype(jnp.float32) * loss_scale

    # 3
    grads = nnx.grad(scaled_loss)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)

    # 4
    finite = all(bool(jnp.all(jnp.isfinite(g))) for g in jax.tree.leaves(grads))

    # 5, 6
    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count == growth_interval:
            scale = min(2.0 * loss_scale, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2.0, 1.0)
        count = 0

    # 7, 8
    loss = half_loss(model).astype(jnp.float32)
    return jnp.array([loss, scale, count], dtype=jnp.float32)
