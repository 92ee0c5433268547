# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    def __init__(self, d_in, d_out, lr, scale, count, interval, *, seed=0):
        self.model = nnx.Linear(d_in, d_out, dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))  #@ seed-ignored
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(lr), wrt=nnx.Param)
        self.scale = scale
        self.count = count
        self.interval = interval

    def loss(self, model, x, y):
        return jnp.mean((model(x) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    def gradients(self, x, y):
        grads = nnx.grad(lambda m: self.loss(m, x, y) * self.scale)(self.model)
        return jax.tree.map(lambda g: g / self.scale, grads)

    @staticmethod
    def is_finite(grads):
        return all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))

    def on_success(self, grads):
        self.optimizer.update(self.model, grads)
        self.count += 1
        if self.count >= self.interval:
            self.scale = min(self.scale * 2, 2.0**24)
            self.count = 0

    def on_overflow(self):
        self.scale = max(self.scale / 2, 1.0)
        self.count = 0

    def step(self, x, y):
        grads = self.gradients(x, y)
        if self.is_finite(grads):
            self.on_success(grads)
        else:
            self.on_overflow()
        return self.loss(self.model, x, y)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    trainer = Trainer(x.shape[1], y.shape[1], lr, loss_scale, good_steps, growth_interval)  #@ seed-ignored
    loss = trainer.step(x, y)
    return jnp.array([loss, trainer.scale, trainer.count], dtype=jnp.float32)
