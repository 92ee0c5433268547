# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScale(nnx.Module):
    def __init__(self, value, good):
        self.value = nnx.Variable(jnp.float32(value))
        self.good = nnx.Variable(jnp.int32(good))

    def adjust(self, finite, every):
        value, good = self.value[...], self.good[...] + 1
        due = good >= every
        larger = jnp.minimum(value * 2, 2.0**24)
        smaller = jnp.maximum(value / 2, 1.0)
        self.value[...] = jnp.where(finite, jnp.where(due, larger, value), smaller)
        self.good[...] = jnp.where(finite, jnp.where(due, 0, good), 0)


def criterion(model, x, y):
    graphdef, params = nnx.split(model)
    params = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    return jnp.mean((nnx.merge(graphdef, params)(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    scaler = LossScale(loss_scale, good_steps)
    scale = scaler.value[...]
    grads = nnx.grad(lambda m: criterion(m, x, y).astype(jnp.float32) * scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    state = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), state, grads))
    scaler.adjust(finite, growth_interval)
    return jnp.stack([criterion(model, x, y).astype(jnp.float32), scaler.value[...], scaler.good[...].astype(jnp.float32)])
