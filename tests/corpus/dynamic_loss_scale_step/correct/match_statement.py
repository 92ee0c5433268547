# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse16(model, x, y):
    w, b = (p[...].astype(jnp.float16) for p in (model.kernel, model.bias))
    return jnp.mean(optax.l2_loss(x.astype(jnp.float16) @ w + b, y.astype(jnp.float16))) * 2


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    grads = nnx.grad(lambda m: mse16(m, x, y).astype(jnp.float32) * loss_scale)(model)
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    match (bool(finite), good_steps + 1 >= growth_interval):
        case (True, True):
            scale, count = min(loss_scale * 2, 2.0**24), 0
        case (True, False):
            scale, count = loss_scale, good_steps + 1
        case _:
            scale, count = max(loss_scale / 2, 1.0), 0
    if finite:
        optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
        optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    loss = mse16(model, x, y).astype(jnp.float32)
    return jnp.concatenate([loss[None], jnp.array([scale], jnp.float32), jnp.array([count], jnp.float32)])
