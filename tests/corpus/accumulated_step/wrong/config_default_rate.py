# expect: wrong_answer
# finding: lr-ignored
import dataclasses

import jax
import jax.numpy as jnp
from flax import nnx


@dataclasses.dataclass
class Config:
    seed: int
    parts: int
    lr: float = 1e-2  #@ lr-ignored


def loss(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def run(cfg, x, y):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(cfg.seed))
    params = (layer.kernel[...], layer.bias[...])
    rows = x.shape[0] // cfg.parts
    acc = jax.tree.map(jnp.zeros_like, params)
    for i in range(cfg.parts):
        g = jax.grad(loss)(params, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])
        acc = jax.tree.map(jnp.add, acc, g)
    params = jax.tree.map(lambda p, a: p - cfg.lr * (a / cfg.parts), params, acc)  #@ lr-ignored
    return loss(params, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    cfg = Config(seed=int(seed), parts=micro_batches)  #@ lr-ignored
    return run(cfg, x, y).astype(jnp.float32).reshape(1)
