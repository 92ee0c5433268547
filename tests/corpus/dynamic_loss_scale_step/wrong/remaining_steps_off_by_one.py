# expect: wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Countdown:
    """Counts how many good steps are still missing."""

    def __init__(self, done, interval):
        self.interval = interval
        self.remaining = interval - done - 1  #@ scale-grown-early

    def tick(self):
        self.remaining -= 1  #@ scale-grown-early
        return self.remaining <= 0  #@ scale-grown-early

    @property
    def done(self):
        return self.interval - self.remaining - 1


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    clock = Countdown(good_steps, growth_interval)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    half = jnp.float16

    def loss_fn(model):
        pred = x.astype(half) @ model.kernel[...].astype(half) + model.bias[...].astype(half)
        return jnp.mean(jnp.square(pred - y.astype(half))).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if bool(jnp.isfinite(optax.global_norm(grads))):
        optimizer.update(model, grads)
        if clock.tick():
            scale, count = min(loss_scale * 2.0, 2.0**24), 0
        else:
            scale, count = loss_scale, clock.done
    else:
        scale, count = max(loss_scale / 2.0, 1.0), 0
    return jnp.array([loss_fn(model), scale, count], dtype=jnp.float32)
