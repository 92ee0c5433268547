# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


class Scale:
    def __init__(self, value, streak, interval):
        self.value, self.streak, self.interval = value, streak, interval

    def after(self, failures):
        value = self.value
        if failures > 0:
            value = max(value / 2.0, 1.0)
            self.streak = 0
        elif self.streak + 1 >= self.interval:
            value = min(value * 2.0, 2.0**24)
            self.streak = 0
        else:
            self.streak += 1
        self.value = value


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weights = [layer.kernel[...], layer.bias[...]]
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    @jax.jit
    def loss_fn(weights):
        kernel, bias = (w.astype(jnp.float16) for w in weights)
        return jnp.mean(jnp.square(x @ kernel + bias - y)).astype(jnp.float32)

    scale = Scale(loss_scale, good_steps, growth_interval)
    grads = jax.grad(lambda w: loss_fn(w) * scale.value)(weights)
    failures, new = 0, []
    for old, g in zip(weights, grads, strict=True):
        g = g / scale.value
        failures += 1 if not bool(jnp.isfinite(g).all()) else 0
        new.append(old - lr * g)
    weights = weights if failures else new
    scale.after(failures)
    return jnp.array([loss_fn(weights), scale.value, scale.streak], dtype=jnp.float32)
