# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class ScaleVar(nnx.Variable):
    """Neither a parameter nor a statistic."""


class Trainer(nnx.Module):
    def __init__(self, n_in, n_out, scale, good, rngs):
        self.net = nnx.Linear(n_in, n_out, rngs=rngs)
        self.scale = ScaleVar(jnp.float32(scale))
        self.good = ScaleVar(jnp.int32(good))

    def half_loss(self, x, y):
        w = self.net.kernel[...].astype(jnp.float16)
        b = self.net.bias[...].astype(jnp.float16)
        err = jnp.matmul(x.astype(jnp.float16), w) + b - y.astype(jnp.float16)
        return jnp.mean(err**2)


def step(trainer, x, y, lr, interval):
    s = trainer.scale[...]

    def objective(kernel, bias):
        w, b = kernel.astype(jnp.float16), bias.astype(jnp.float16)
        err = jnp.matmul(x.astype(jnp.float16), w) + b - y.astype(jnp.float16)
        return jnp.mean(err**2).astype(jnp.float32) * s

    old = trainer.net.kernel[...], trainer.net.bias[...]
    grads = [g / s for g in jax.grad(objective, argnums=(0, 1))(*old)]
    finite = jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all()
    trainer.net.kernel[...] = jnp.where(finite, old[0] - lr * grads[0], old[0])
    trainer.net.bias[...] = jnp.where(finite, old[1] - lr * grads[1], old[1])

    n = trainer.good[...] + 1
    grow = finite & (n == interval)
    trainer.good[...] = jnp.where(finite & ~grow, n, 0)
    trainer.scale[...] = jnp.where(
        grow, jnp.minimum(s * 2, 2.0**24), jnp.where(finite, s, jnp.maximum(s / 2, 1.0))
    )


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    t = Trainer(x.shape[1], y.shape[1], loss_scale, good_steps, nnx.Rngs(int(seed)))
    step(t, x, y, lr, growth_interval)
    return jnp.stack([v.astype(jnp.float32) for v in (t.half_loss(x, y), t.scale[...], t.good[...])])
