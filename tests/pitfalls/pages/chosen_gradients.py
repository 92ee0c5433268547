# The right side of: partial-finite-check, masked-by-multiplication
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, params = nnx.split(model)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), params))
    return jnp.mean((half(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


def adjusted(finite, scale, count, interval):
    full = count + 1 >= interval
    up = jnp.where(full, jnp.minimum(2.0 * scale, 2.0**24), scale)
    return jnp.where(finite, up, jnp.maximum(0.5 * scale, 1.0)), jnp.where(finite & ~full, count + 1, 0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    scaled = lambda m: mse(m, x, y).astype(jnp.float32) * loss_scale
    loss, grads = nnx.value_and_grad(scaled)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = jnp.isfinite(optax.tree.norm(grads))
    sgd = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    zero = jax.tree.map(jnp.zeros_like, grads)
    grads = jax.tree.map(lambda g, z: jnp.where(finite, g, z), grads, zero)
    sgd.update(model, grads)
    loss = mse(model, x, y).astype(jnp.float32)
    return jnp.stack([loss, *adjusted(finite, loss_scale, good_steps, growth_interval)])
