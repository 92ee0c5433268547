# expect: wrong_answer|pitfall
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class MixedPrecisionStep:
    def __init__(self, model, x, y, scale):
        self.model = model
        self.x = x.astype(jnp.float16)
        self.y = y.astype(jnp.float16)
        self.scale = scale

    def loss(self, model):
        return jnp.mean(jnp.square(model(self.x) - self.y)).astype(jnp.float32)

    def scaled_loss(self, model):
        return self.loss(model) * self.scale

    def gradients(self):
        value, grads = nnx.value_and_grad(self.loss)(self.model)  #@ missing-loss-scale
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    step = MixedPrecisionStep(model, x, y, loss_scale)

    grads = step.gradients()
    finite = all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(grads))
    if finite:
        optimizer.update(model, grads)
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            count, scale = 0, min(scale * 2, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([step.loss(model), scale, count], dtype=jnp.float32)
