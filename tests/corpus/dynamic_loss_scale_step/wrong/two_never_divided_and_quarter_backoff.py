# expect: wrong_answer
# finding: unscaled-grads
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx


class LossScaler:
    def __init__(self, scale, good, interval, factor=2.0):
        self.scale, self.good, self.interval, self.factor = scale, good, interval, factor

    def __mul__(self, loss):
        return loss.astype(jnp.float32) * self.scale

    def update(self, ok):
        if ok:
            self.good += 1
            if self.good == self.interval:
                self.scale, self.good = min(self.scale * self.factor, 2.0**24), 0
        else:
            self.scale, self.good = max(self.scale / self.factor**2, 1.0), 0  #@ scale-not-reduced


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    scaler = LossScaler(loss_scale, good_steps, growth_interval)

    def mse(params):
        k, b, u, v = (a.astype(jnp.float16) for a in (*params, x, y))
        return jnp.mean(jnp.square(u @ k + b - v))

    grads = jax.grad(lambda p: scaler * mse(p))(params)
    ok = all(bool(jnp.isfinite(g).all()) for g in grads)
    if ok:
        params = tuple(p - lr * g for p, g in zip(params, grads))  #@ unscaled-grads
    scaler.update(ok)
    return jnp.array([mse(params).astype(jnp.float32), scaler.scale, scaler.good], dtype=jnp.float32)
