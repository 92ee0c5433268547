# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

half = partial(jax.tree.map, lambda a: a.astype(jnp.bfloat16))  #@ wrong-half-dtype


def mse(params, x, y):
    params, x, y = half((params, x, y))  #@ wrong-half-dtype
    return jnp.mean((x @ params["kernel"] + params["bias"] - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))

    def scaled(params):
        return mse(params, x, y).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(scaled)(params))
    ok = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if ok:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    count = good_steps + 1 if ok else 0
    if count == growth_interval:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale = loss_scale if ok else max(loss_scale / 2, 1.0)
    return jnp.array([mse(params, x, y), scale, count], dtype=jnp.float32)
