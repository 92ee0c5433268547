# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    """Holds the model, its optimizer and the loss scale."""

    def __init__(self, model, lr, loss_scale, good_steps, growth_interval):
        self.model = model
        self.optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
        self.loss_scale = jnp.float32(loss_scale)
        self.good_steps = jnp.int32(good_steps)
        self.growth_interval = growth_interval

    @staticmethod
    def loss(model, x, y):
        return jnp.mean(jnp.square(model(x) - y))

    def gradients(self, x, y):
        def scaled(model):
            return self.loss(model, x, y).astype(jnp.float32) * self.loss_scale

        grads = nnx.grad(scaled)(self.model)
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.loss_scale, grads)

    def fit_batch(self, x, y):
        old = nnx.state(self.model, nnx.Param)  #@ unchecked-overflow
        grads = self.gradients(x, y)
        finite = jnp.all(jnp.array([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))

        self.optimizer.update(self.model, grads)  #@ unchecked-overflow
        new = nnx.state(self.model, nnx.Param)
        nnx.update(self.model, jax.tree.map(lambda n, o: jnp.where(finite, n, o), new, old))

        steps = self.good_steps + 1
        grow = finite & (steps >= self.growth_interval)
        self.good_steps = jnp.where(finite & ~grow, steps, 0)
        self.loss_scale = jnp.where(
            finite,
            jnp.where(grow, jnp.minimum(self.loss_scale * 2.0, 2.0**24), self.loss_scale),
            jnp.maximum(self.loss_scale * 0.5, 1.0),
        )
        return self.loss(self.model, x, y).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    trainer = Trainer(model, lr, loss_scale, good_steps, growth_interval)
    loss = trainer.fit_batch(x.astype(jnp.float16), y.astype(jnp.float16))
    return jnp.stack([loss, trainer.loss_scale, trainer.good_steps.astype(jnp.float32)])
