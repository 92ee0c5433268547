# expect: pitfall|wrong_answer
# finding: seed-ignored
# finding: lr-ignored
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class Config:
    lr: float = 1e-2
    init_scale: float = 2.0**15
    growth_interval: int = 2000
    min_scale: float = 1.0
    max_scale: float = 2.0**24


class Experiment:
    def __init__(self, cfg, d_in, d_out, rngs=None):
        self.cfg = cfg
        self.scale = cfg.init_scale
        self.model = nnx.Linear(d_in, d_out, rngs=rngs or nnx.Rngs(0))  #@ seed-ignored
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(cfg.lr), wrt=nnx.Param)

    def loss16(self, state, x, y):
        state = jax.tree.map(lambda a: a.astype(jnp.float16), state)
        return jnp.mean((nnx.merge(nnx.graphdef(self.model), state)(x) - y) ** 2)

    def train_step(self, x, y, good):
        cfg = self.cfg
        fn = lambda s: self.loss16(s, x, y).astype(jnp.float32) * self.scale
        grads = jax.tree.map(lambda g: g / self.scale, jax.grad(fn)(nnx.state(self.model)))
        finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
        if not finite:
            self.scale = max(self.scale / 2, cfg.min_scale)
            return 0
        self.optimizer.update(self.model, grads)
        if good + 1 < cfg.growth_interval:
            return good + 1
        self.scale = min(self.scale * 2, cfg.max_scale)
        return 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    cfg = Config(init_scale=loss_scale, growth_interval=growth_interval)  #@ lr-ignored
    exp = Experiment(cfg, x.shape[1], y.shape[1])  #@ seed-ignored
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    count = exp.train_step(x, y, good_steps)
    final = exp.loss16(nnx.state(exp.model), x, y)
    return jnp.array([final.astype(jnp.float32), exp.scale, count], dtype=jnp.float32)
