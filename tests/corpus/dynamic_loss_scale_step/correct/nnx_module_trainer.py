# expect: accepted
"""An nnx module owns the linear layer, the scale and the count; the step is an nnx.jit method with nnx.cond."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScaleState(nnx.Variable):
    pass


class Trainer(nnx.Module):
    def __init__(self, d_in, d_out, scale, count, *, rngs):
        self.linear = nnx.Linear(d_in, d_out, dtype=jnp.float16, rngs=rngs)
        self.scale = ScaleState(jnp.float32(scale))
        self.count = ScaleState(jnp.int32(count))

    def loss(self, x, y):
        return jnp.mean(jnp.square(self.linear(x) - y))


@nnx.jit
def train_step(trainer, x, y, lr, interval):
    scale = trainer.scale[...]

    def objective(linear):
        return jnp.mean(jnp.square(linear(x) - y)).astype(jnp.float32) * scale

    grads = nnx.grad(objective)(trainer.linear)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scale, grads)
    finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(g)) for g in jax.tree.leaves(grads)]))

    def good(t):
        params = nnx.state(t.linear, nnx.Param)
        nnx.update(t.linear, jax.tree.map(lambda p, g: p - lr * g, params, grads))
        n = t.count[...] + 1
        t.scale[...] = jnp.where(n == interval, jnp.minimum(2 * scale, 2.0**24), scale)
        t.count[...] = jnp.where(n == interval, 0, n)

    def bad(t):
        t.scale[...] = jnp.maximum(scale / 2, 1.0)
        t.count[...] = jnp.zeros_like(t.count[...])

    nnx.cond(finite, good, bad, trainer)
    return trainer.loss(x, y)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    trainer = Trainer(x.shape[1], y.shape[1], loss_scale, good_steps, rngs=nnx.Rngs(int(seed)))
    loss = train_step(trainer, x.astype(jnp.float16), y.astype(jnp.float16), jnp.float32(lr), jnp.int32(growth_interval))
    return jnp.stack([loss.astype(jnp.float32), trainer.scale[...], trainer.count[...].astype(jnp.float32)])
