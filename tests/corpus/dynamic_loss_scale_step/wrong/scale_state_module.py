# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScale(nnx.Module):
    """The scale and its counter, as variables."""

    def __init__(self, scale, count, interval):
        self.scale = nnx.Variable(jnp.float32(scale))
        self.count = nnx.Variable(jnp.int32(count))
        self.interval = interval

    def multiply(self, loss):
        return loss.astype(jnp.float32) * self.scale[...]

    def divide(self, grads):
        scale = self.scale[...]
        return jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)

    def adjust(self, grads):
        """Looks at the gradients and sets scale and count. Returns whether all are finite."""
        finite = jnp.array([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
        n = self.count[...] + 1
        grow = n >= self.interval
        scale = self.scale[...]
        self.scale[...] = jnp.where(
            finite,
            jnp.where(grow, jnp.minimum(scale * 2.0, 2.0**24), scale),
            jnp.maximum(scale * 0.5, 1.0),
        )
        self.count[...] = jnp.where(finite & ~grow, n, 0)
        return finite


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x) - y))


@nnx.jit
def train_step(model, optimizer, scaler, x, y):
    grads = nnx.grad(lambda m: scaler.multiply(loss_fn(m, x, y)))(model)
    finite = scaler.adjust(grads)
    grads = scaler.divide(grads)
    grads = jax.tree.map(lambda g: jnp.where(finite, g, 0.0), grads)
    optimizer.update(model, grads)
    return loss_fn(model, x, y)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = LossScale(loss_scale, good_steps, growth_interval)
    loss = train_step(model, optimizer, scaler, x.astype(jnp.float16), y.astype(jnp.float16))
    return jnp.stack(
        [loss.astype(jnp.float32), scaler.scale[...], scaler.count[...].astype(jnp.float32)]
    )
