# expect: wrong_answer
# finding: scale-grown-early
# allow: count-not-reset
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class DynamicScaler:
    def __init__(self, scale, good, interval):
        self.scale = scale
        self.good = good
        self.interval = interval

    def is_due(self):
        self.good += 1
        return self.good + 1 >= self.interval  #@ scale-grown-early

    def feedback(self, finite):
        if not finite:
            self.scale, self.good = max(self.scale / 2, 1.0), 0
        elif self.is_due():
            self.scale, self.good = min(self.scale * 2, 2.0**24), 0


class Task:
    def __init__(self, x, y):
        self.x = x.astype(jnp.float16)
        self.y = y.astype(jnp.float16)

    def loss(self, model):
        return jnp.mean((model(self.x) - self.y) ** 2)

    def scaled(self, model, scale):
        return self.loss(model).astype(jnp.float32) * scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scaler = DynamicScaler(loss_scale, good_steps, growth_interval)
    task = Task(x, y)
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = jax.tree.map(lambda g: g / loss_scale, nnx.grad(task.scaled)(model, scaler.scale))
    finite = all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads))
    if finite:
        opt.update(model, grads)
    scaler.feedback(finite)
    return jnp.array([task.loss(model).astype(jnp.float32), scaler.scale, scaler.good], dtype=jnp.float32)
