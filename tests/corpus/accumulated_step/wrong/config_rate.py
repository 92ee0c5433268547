# expect: wrong_answer|pitfall
# finding: lr-ignored
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class Config:
    seed: int
    parts: int
    learning_rate: float = 0.03
    compute_dtype: type = jnp.bfloat16


def loss_fn(model, xb, yb, dtype):
    graphdef, state = nnx.split(model, nnx.Param)
    net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(dtype), state))
    return jnp.mean(jnp.square(net(xb.astype(dtype)) - yb.astype(dtype)))


def accumulated_step(seed, x, y, lr, micro_batches):
    cfg = Config(seed=int(seed), parts=micro_batches)  #@ lr-ignored
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(cfg.seed))
    optimizer = nnx.Optimizer(model, optax.sgd(cfg.learning_rate), wrt=nnx.Param)  #@ lr-ignored

    size = x.shape[0] // cfg.parts
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(cfg.parts):
        xb, yb = x[i * size:(i + 1) * size], y[i * size:(i + 1) * size]
        g = nnx.grad(lambda m: loss_fn(m, xb, yb, cfg.compute_dtype))(model)
        total = jax.tree.map(jnp.add, total, g)
    optimizer.update(model, jax.tree.map(lambda t: t / cfg.parts, total))
    return loss_fn(model, x, y, cfg.compute_dtype).astype(jnp.float32).reshape(1)
