# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class DynamicScale:
    def __init__(self, scale, good, interval):
        self.scale, self.good, self.interval = jnp.float32(scale), jnp.int32(good), interval

    def next(self, finite):
        good = jnp.where(finite, self.good + 1, 0)
        full = good == self.interval
        scale = jnp.where(finite, self.scale, jnp.maximum(self.scale * 0.5, 1.0))
        scale = jnp.where(full, jnp.minimum(scale * 2.0, 2.0 ** 24), scale)
        return DynamicScale(scale, jnp.where(full, 0, good), self.interval)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    ds = DynamicScale(loss_scale, good_steps, growth_interval)

    def loss_fn(model, x, y):
        return jnp.mean(jnp.square(model(x) - y))

    def scaled_loss_fn(model, x, y):
        loss = loss_fn(model, x, y)
        return loss.astype(jnp.float32) * ds.scale, loss

    x = x.astype(jnp.float16)
    y = y.astype(jnp.float16)
    (_, old_loss), grads = nnx.value_and_grad(scaled_loss_fn, has_aux=True)(model, x, y)
    flags = [jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]
    finite = jnp.stack(flags).all()
    grads = jax.tree.map(lambda g: jnp.where(finite, g / ds.scale, jnp.zeros_like(g)), grads)
    opt.update(model, grads)
    ds = ds.next(finite)
    return jnp.stack([loss_fn(model, x, y).astype(jnp.float32), ds.scale, ds.good.astype(jnp.float32)])
