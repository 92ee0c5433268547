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
    d_in: int
    d_out: int
    loss_scale: float
    good_steps: int
    growth_interval: int
    seed: int = 42  #@ seed-ignored
    lr: float = 1e-2  #@ lr-ignored


class Experiment:
    def __init__(self, cfg):
        self.cfg = cfg
        self.model = self.build_model()
        self.optimizer = self.build_optimizer()

    def build_model(self):
        rngs = nnx.Rngs(int(self.cfg.seed))  #@ seed-ignored
        return nnx.Linear(self.cfg.d_in, self.cfg.d_out, rngs=rngs)

    def build_optimizer(self):
        return nnx.Optimizer(self.model, optax.sgd(self.cfg.lr), wrt=nnx.Param)  #@ lr-ignored

    def half(self):
        graphdef, state = nnx.split(self.model)
        return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), state))

    def loss(self, model, batch):
        return jnp.mean(jnp.square(model(batch["x"]) - batch["y"]))

    def grads(self, batch):
        s = self.cfg.loss_scale
        g = nnx.grad(lambda m: self.loss(m, batch).astype(jnp.float32) * s)(self.half())
        return jax.tree.map(lambda v: v.astype(jnp.float32) / s, g)

    def run(self, batch):
        grads = self.grads(batch)
        finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
        scale, count = self.cfg.loss_scale, self.cfg.good_steps + 1
        if finite:
            self.optimizer.update(self.model, grads)
            if count == self.cfg.growth_interval:
                scale, count = min(2 * scale, 2.0**24), 0
        else:
            scale, count = max(scale / 2, 1.0), 0
        return self.loss(self.half(), batch).astype(jnp.float32), scale, count


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    cfg = Config(
        d_in=x.shape[1],
        d_out=y.shape[1],
        loss_scale=loss_scale,
        good_steps=good_steps,
        growth_interval=growth_interval,
    )
    batch = {"x": jnp.asarray(x, jnp.float16), "y": jnp.asarray(y, jnp.float16)}
    return jnp.array(Experiment(cfg).run(batch), dtype=jnp.float32)
