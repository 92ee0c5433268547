# expect: wrong_answer
# finding: lr-ignored
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class Config:
    seed: int = 0
    lr: float = 0.1  #@ lr-ignored
    loss_scale: float = 1024.0
    compute_dtype: jnp.dtype = jnp.bfloat16

    def optimizer(self):
        return optax.sgd(self.lr)  #@ lr-ignored


def mixed_precision_step(seed, x, y, lr, loss_scale):
    cfg = Config(seed=int(seed), loss_scale=loss_scale)  #@ lr-ignored
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(cfg.seed))
    opt = nnx.Optimizer(model, cfg.optimizer(), wrt=nnx.Param)  #@ lr-ignored

    def loss(m):
        gd, st = nnx.split(m, nnx.Param)
        st, xc, yc = jax.tree.map(lambda a: a.astype(cfg.compute_dtype), (st, x, y))
        return jnp.mean((nnx.merge(gd, st)(xc) - yc) ** 2)

    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * cfg.loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / cfg.loss_scale, grads)
    opt.update(model, grads)  #@ lr-ignored
    return loss(model).astype(jnp.float32).reshape(1)
