# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScalerState(nnx.Variable):
    """Not a parameter, so that neither gradients nor the optimizer see it."""


class DynamicLossScaler(nnx.Module):
    def __init__(self, scale, good_steps, growth_interval, *, factor=2.0, lowest=1.0, highest=2.0**24):
        self.scale = ScalerState(jnp.asarray(scale, jnp.float32))
        self.good_steps = ScalerState(jnp.asarray(good_steps, jnp.int32))
        self.growth_interval = growth_interval
        self.factor = factor
        self.lowest = lowest
        self.highest = highest

    def apply(self, loss):
        return loss.astype(jnp.float32) * self.scale[...]

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale[...], grads)

    def adjust(self, finite):
        scale, n = self.scale[...], self.good_steps[...] + 1
        full = n >= self.growth_interval
        factor = jnp.where(finite, jnp.where(full, self.factor, 1.0), 1.0 / self.factor)
        self.scale[...] = jnp.clip(scale * factor, self.lowest, self.highest)
        self.good_steps[...] = jnp.where(jnp.logical_and(finite, ~full), n, 0)


def compute_loss(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


@nnx.jit
def train_step(model, optimizer, scaler, x, y):
    before = jax.tree.map(jnp.copy, nnx.state(model, nnx.Param))
    grads = nnx.grad(lambda m: scaler.apply(compute_loss(m, x, y)))(model)
    grads = scaler.unscale(grads)
    finite = jnp.all(jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))

    optimizer.update(model, grads)
    after = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda a, b: jnp.where(finite, a, b), after, before))
    scaler.adjust(finite)
    return compute_loss(model, x, y)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = DynamicLossScaler(loss_scale, good_steps, growth_interval)
    loss = train_step(model, optimizer, scaler, jnp.float16(x), jnp.float16(y))
    return jnp.array([loss, scaler.scale[...], scaler.good_steps[...]], jnp.float32)
