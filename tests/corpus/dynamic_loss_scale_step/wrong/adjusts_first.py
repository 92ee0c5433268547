# expect: wrong_answer
# allow: unscaled-grads
# allow: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


class Scale:
    def __init__(self, value, streak, interval):
        self.value = value
        self.streak = streak
        self.interval = interval

    def observe(self, finite):
        self.streak = self.streak + 1 if finite else 0
        if not finite:
            self.value = max(self.value / 2, 1.0)
        elif self.streak == self.interval:
            self.value = min(self.value * 2, 2.0**24)
            self.streak = 0
        return finite

    def remove(self, g):
        return g.astype(jnp.float32) / self.value


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scale = Scale(loss_scale, good_steps, growth_interval)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    xs, ys = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def loss_fn(params):
        k, b = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        return jnp.mean((xs @ k + b - ys) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * scale.value)(params)
    if scale.observe(all(bool(jnp.isfinite(g).all()) for g in grads)):
        params = tuple(p - lr * scale.remove(g) for p, g in zip(params, grads))
    return jnp.array([loss_fn(params), scale.value, scale.streak], dtype=jnp.float32)
