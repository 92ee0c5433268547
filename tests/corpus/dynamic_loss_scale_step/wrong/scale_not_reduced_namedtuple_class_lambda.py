# expect: pitfall|wrong_answer
# finding: scale-not-reduced
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class Scaling(NamedTuple):
    scale: float
    count: int


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    scaling = Scaling(loss_scale, good_steps)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(params):
        k, b = [p.astype(jnp.float16) for p in params]
        return jnp.mean((x @ k + b - y) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * scaling.scale)(params)
    grads = [g / scaling.scale for g in grads]
    if all(jnp.isfinite(g).all() for g in grads):
        params = tuple(p - lr * g for p, g in zip(params, grads))
        scaling = scaling._replace(count=scaling.count + 1)
        if scaling.count == growth_interval:
            scaling = Scaling(min(scaling.scale * 2, 2.0**24), 0)
    else:
        scaling._replace(scale=max(scaling.scale / 2, 1.0))  #@ scale-not-reduced
        scaling = scaling._replace(count=0)
    return jnp.array([loss(params), scaling.scale, scaling.count], jnp.float32)
