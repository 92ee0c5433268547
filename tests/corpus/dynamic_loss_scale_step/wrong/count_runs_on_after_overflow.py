# expect: pitfall|wrong_answer
# finding: count-not-reset
"""After an overflow the count stays as it was."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scale(nnx.Module):
    def __init__(self, value, count):
        self.value = nnx.Variable(jnp.float32(value))
        self.count = nnx.Variable(jnp.int32(count))

    def advance(self, finite, interval):
        n = jnp.where(finite, self.count[...] + 1, self.count[...])  #@ count-not-reset
        due = finite & (n == interval)
        s = self.value[...]
        self.value[...] = jnp.where(finite, jnp.where(due, jnp.minimum(s * 2, 2.0**24), s), jnp.maximum(s / 2, 1.0))
        self.count[...] = jnp.where(due, 0, n)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    scale = Scale(loss_scale, good_steps)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        return jnp.square(m(x16) - y16).mean()

    s = jnp.copy(scale.value[...])
    grads = nnx.grad(lambda m: loss(m).astype(jnp.float32) * s)(model)
    grads = jax.tree.map(lambda g: g / s, grads)
    finite = jnp.all(jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]))
    if finite:
        optimizer.update(model, grads)
    scale.advance(finite, growth_interval)
    return jnp.stack([loss(model).astype(jnp.float32), scale.value[...], scale.count[...].astype(jnp.float32)])
