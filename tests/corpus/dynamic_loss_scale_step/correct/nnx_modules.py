# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class HalfLinear(nnx.Linear):
    """float32 parameters, float16 arithmetic."""

    def __call__(self, inputs):
        h = jnp.float16
        return inputs.astype(h) @ self.kernel[...].astype(h) + self.bias[...].astype(h)


class LossScale(nnx.Variable):
    pass


class Schedule(nnx.Module):
    def __init__(self, scale, count, interval):
        self.scale = LossScale(jnp.asarray(scale, jnp.float32))
        self.count = LossScale(jnp.asarray(count, jnp.int32))
        self.interval = interval

    def good(self):
        n = self.count[...] + 1
        full = n >= self.interval
        self.scale[...] = jnp.where(full, jnp.minimum(self.scale[...] * 2, 2.0**24), self.scale[...])
        self.count[...] = jnp.where(full, 0, n)

    def bad(self):
        self.scale[...] = jnp.maximum(self.scale[...] / 2, 1.0)
        self.count[...] = jnp.zeros_like(self.count[...])


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = HalfLinear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    schedule = Schedule(loss_scale, good_steps, growth_interval)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scale = schedule.scale[...]

    def loss(model):
        return jnp.mean((model(x) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss(m) * scale)(model)
    grads = jax.tree.map(lambda g: g / scale, grads)
    if all(jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        schedule.good()
    else:
        schedule.bad()
    return jnp.stack([loss(model), schedule.scale[...], schedule.count[...].astype(jnp.float32)])
