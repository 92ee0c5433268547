# The right side of: scale-not-grown, scale-unbounded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, params = nnx.split(model)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), params))
    return jnp.mean((half(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    sgd = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        sgd.update(model, grads)
    if finite and good_steps + 1 >= growth_interval:
        scale, count = min(2 * loss_scale, 2.0**24), 0
    elif finite:
        scale, count = loss_scale, good_steps + 1
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    loss = mse(model, x, y).astype(jnp.float32)
    return jnp.array([loss, scale, count], jnp.float32)
