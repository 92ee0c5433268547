# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    MAX = 2.0**24
    MIN = 1.0

    def __init__(self, d_in, d_out, seed, lr, scale, good, interval):
        self.model = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.opt = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)
        self.scale, self.good, self.interval = scale, good, interval

    def loss(self, model, x, y):
        graphdef, params = nnx.split(model)
        half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), params))
        return jnp.sum((half(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)

    def grads(self, x, y):
        scaled = lambda m: self.loss(m, x, y).astype(jnp.float32) * self.scale
        return jax.tree.map(lambda g: g / self.scale, nnx.grad(scaled)(self.model))

    def on_overflow(self):
        self.scale = max(self.scale / 2, self.MIN)
        self.good = 0

    def on_success(self, grads):
        self.opt.update(self.model, grads)
        self.good += 1
        if self.good >= self.interval:
            self.scale = min(self.scale * 2, self.MAX)
            self.good = 0

    def run(self, x, y):
        grads = self.grads(x, y)
        finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
        if finite:
            self.on_success(grads)
        else:
            self.on_overflow()
        return jnp.array([self.loss(self.model, x, y).astype(jnp.float32), self.scale, self.good], jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    trainer = Trainer(x.shape[1], y.shape[1], seed, lr, loss_scale, good_steps, growth_interval)
    return trainer.run(x, y)
