# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@partial(jax.jit, static_argnames=("growth_interval",))
def _step(params, x, y, lr, scale, count, *, growth_interval):
    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)

    def loss_fn(params):
        k = params["kernel"].astype(jnp.float16)
        b = params["bias"].astype(jnp.float16)
        loss = jnp.mean(jnp.square(x @ k + b - y))
        return loss.astype(jnp.float32) * scale, loss

    grads, _ = jax.grad(loss_fn, has_aux=True)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    finite = jnp.array(True)
    for g in jax.tree.leaves(grads):
        finite &= jnp.isfinite(g).all()

    new_params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    params = jax.tree.map(partial(jnp.where, finite), new_params, params)

    count = jnp.where(finite, count + 1, 0)
    grow = count >= growth_interval
    scale = jnp.where(
        finite,
        jnp.where(grow, jnp.minimum(2.0 * scale, 2.0**24), scale),
        jnp.maximum(0.5 * scale, 1.0),
    )
    count = jnp.where(grow, 0, count)
    _, loss = loss_fn(params)
    return jnp.stack([loss.astype(jnp.float32), scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    return _step(
        params, jnp.asarray(x), jnp.asarray(y), lr, jnp.float32(loss_scale), good_steps,
        growth_interval=growth_interval,
    )
