# expect: wrong_answer
# finding: missing-loss-scale
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScaleKeeper:
    def __init__(self, scale, count, interval):
        self.scale = jnp.float32(scale)
        self.count = jnp.int32(count)
        self.interval = interval

    def after(self, finite):
        count = self.count + 1
        grow = jnp.logical_and(finite, count > self.interval)  #@ scale-not-grown
        self.scale = jnp.where(
            finite,
            jnp.where(grow, jnp.minimum(self.scale * 2.0, 2.0**24), self.scale),
            jnp.maximum(self.scale / 2.0, 1.0),
        )
        self.count = jnp.where(jnp.logical_and(finite, ~grow), count, 0)


def loss_fn(model, x, y, scale):
    loss = jnp.mean((model(x) - y) ** 2).astype(jnp.float32)
    return loss, loss * scale  #@ missing-loss-scale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    keeper = ScaleKeeper(loss_scale, good_steps, growth_interval)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    # the scaled loss for the gradients, the plain one for the log
    (_, _), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model, x, y, keeper.scale)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / keeper.scale, grads)

    finite = jax.tree.all(jax.tree.map(lambda g: jnp.isfinite(g).all(), grads))
    if finite:
        optimizer.update(model, grads)
    keeper.after(jnp.asarray(finite))

    final, _ = loss_fn(model, x, y, keeper.scale)
    return jnp.stack([final, keeper.scale, keeper.count.astype(jnp.float32)])
