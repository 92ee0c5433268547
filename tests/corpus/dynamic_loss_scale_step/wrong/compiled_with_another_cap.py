# expect: pitfall
# finding: scale-unbounded
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    cast = jax.tree.map(lambda t: t.astype(jnp.float16), {"p": params, "x": x, "y": y})
    pred = cast["x"] @ cast["p"]["kernel"] + cast["p"]["bias"]
    return jnp.mean((pred - cast["y"]) ** 2)


@partial(jax.jit, static_argnames=("interval",))
def step(params, x, y, lr, scale, count, interval):
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) * (1.0 / scale), grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    params = jax.tree.map(lambda p, g: jax.lax.select(finite, p - lr * g, p), params, grads)
    count = count + 1
    grow = finite & (count >= interval)
    new_scale = jnp.where(grow, jnp.minimum(scale * 2.0, 65536.0), scale)  #@ scale-unbounded
    new_scale = jnp.where(finite, new_scale, jnp.maximum(scale * 0.5, 1.0))
    count = jnp.where(finite & ~grow, count, 0)
    return jnp.stack([mse(params, x, y).astype(jnp.float32), new_scale, count.astype(jnp.float32)])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    return step(params, x, y, lr, loss_scale, good_steps, growth_interval)
