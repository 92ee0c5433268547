# expect: pitfall|wrong_answer
# finding: lr-ignored
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class Config:
    compute_dtype: jnp.dtype = jnp.float16
    learning_rate: float = 1e-2  #@ lr-ignored
    max_scale: float = 2.0**24
    min_scale: float = 1.0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    cfg = Config()  #@ lr-ignored
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=cfg.compute_dtype, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(cfg.learning_rate), wrt=nnx.Param)  #@ lr-ignored
    x, y = x.astype(cfg.compute_dtype), y.astype(cfg.compute_dtype)

    def mse(m):
        return jnp.mean((m(x) - y) ** 2)

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, cfg.max_scale), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, cfg.min_scale), 0
    return jnp.array([mse(model), loss_scale, good_steps], dtype=jnp.float32)
