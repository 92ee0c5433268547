# expect: pitfall|wrong_answer
# finding: update-discarded
"""A safe copy of the model is updated, and never put in the model's place."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Step:
    def __init__(self, model, lr, x, y):
        self.model, self.trial = model, nnx.clone(model)
        self.optimizer = nnx.Optimizer(self.trial, optax.sgd(lr), wrt=nnx.Param)
        self.x, self.y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(self, m):
        return jnp.mean(jnp.square(m(self.x) - self.y))

    def grads(self, scale):
        g = nnx.grad(lambda m: self.loss(m).astype(jnp.float32) * scale)(self.model)
        return jax.tree.map(lambda a: a / scale, g)

    def apply(self, grads):
        self.optimizer.update(self.trial, grads)  #@ update-discarded

    @property
    def value(self):
        return self.loss(self.model)  #@ update-discarded


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    step = Step(nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed))), lr, x, y)
    grads = step.grads(loss_scale)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        step.apply(grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([step.value, loss_scale, good_steps], dtype=jnp.float32)  #@ update-discarded
