# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    x = jnp.asarray(x).astype(model.dtype)
    y = jnp.asarray(y).astype(model.dtype)

    def loss_fn(model):
        loss = jnp.mean((model(x) - y) ** 2)
        return loss.astype(jnp.float32) * loss_scale, loss

    (scaled, loss), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    biggest = max(float(jnp.max(jnp.abs(g))) for g in jax.tree.leaves(grads))
    has_nan = any(bool(jnp.isnan(g).any()) for g in jax.tree.leaves(grads))

    if has_nan or biggest == float("inf"):
        return jnp.array([loss.astype(jnp.float32), jnp.float32(max(loss_scale / 2, 1.0)), 0.0])

    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, grads)
    _, loss = loss_fn(model)
    grow = good_steps + 1 == growth_interval
    return jnp.array([
        loss.astype(jnp.float32),
        jnp.float32(min(loss_scale * 2, 2.0 ** 24) if grow else loss_scale),
        jnp.float32(0 if grow else good_steps + 1),
    ])
