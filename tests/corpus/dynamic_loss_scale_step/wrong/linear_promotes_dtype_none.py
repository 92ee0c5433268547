# expect: wrong_answer
# finding: full-precision-forward
import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


@dataclasses.dataclass
class Config:
    compute_dtype: Any = jnp.float16
    param_dtype: Any = jnp.float32


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    cfg = Config()
    # flax casts for us
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=cfg.param_dtype, param_dtype=cfg.param_dtype, rngs=nnx.Rngs(int(seed)))  #@ full-precision-forward
    gd, params = nnx.split(model)
    xc, yc = x.astype(cfg.compute_dtype), y.astype(cfg.compute_dtype)

    def loss(p):
        pred = nnx.merge(gd, p)(xc)  #@ full-precision-forward
        err = pred.astype(cfg.compute_dtype) - yc
        return jnp.mean(err * err).astype(jnp.float32)

    g = jax.grad(lambda p: loss(p) * loss_scale)(params)
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = all(bool(jnp.isfinite(a).all()) for a in jax.tree.leaves(g))
    if ok:
        params = jax.tree.map(lambda p, a: p - lr * a, params, g)
    if not ok:
        s, n = max(loss_scale / 2, 1.0), 0
    elif (n := good_steps + 1) < growth_interval:
        s = loss_scale
    else:
        s, n = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss(params), s, n], dtype=jnp.float32)
