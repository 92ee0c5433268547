# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


class Step:
    def __init__(self, lr, scale, good, interval):
        self.lr, self.scale, self.good, self.interval = lr, scale, good, interval

    def loss(self, params, x, y):
        k, b = params
        out = x.astype(jnp.float16) @ k.astype(jnp.float16) + b.astype(jnp.float16)
        return jnp.mean((out - y.astype(jnp.float16)) ** 2)

    def scaled_loss(self, params, x, y):
        return (self.loss(params, x, y) * self.scale).astype(jnp.float32)  #@ low-precision-loss-scale

    def __call__(self, params, x, y):
        grads = [g / self.scale for g in jax.grad(self.scaled_loss)(params, x, y)]
        if all(jnp.isfinite(g).all() for g in grads):
            params = [p - self.lr * g for p, g in zip(params, grads)]
            self.good += 1
            if self.good == self.interval:
                self.scale, self.good = min(self.scale * 2, 2.0**24), 0
        else:
            self.scale, self.good = max(self.scale / 2, 1.0), 0
        return params


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    step = Step(lr, loss_scale, good_steps, growth_interval)
    params = step([lin.kernel[...], lin.bias[...]], x, y)
    return jnp.array([step.loss(params, x, y), step.scale, step.good], dtype=jnp.float32)
