# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


class DynamicScaler:
    def __init__(self, scale, n, every):
        self.scale, self.n, self.every = scale, n, every

    def update(self, overflow):
        if overflow:
            self.scale, self.n = max(self.scale / 2, 1.0), 0
        else:
            self.n += 1
            if self.n == self.every:
                self.scale, self.n = min(self.scale * 2, 2.0**24), 0

    def unscale(self, grads):
        return [g.astype(jnp.float32) / self.scale for g in grads]


def loss_fn(params, x, y):
    w, b = [p.astype(jnp.float16) for p in params]
    return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x), jnp.asarray(y)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    scaler = DynamicScaler(loss_scale, good_steps, growth_interval)
    grads = jax.grad(lambda p: loss_fn(p, x, y).astype(jnp.float32) * scaler.scale)(params)
    overflow = any(not bool(jnp.isfinite(g).all()) for g in grads)
    scaler.update(overflow)
    if not overflow:
        params = [p - lr * g for p, g in zip(params, scaler.unscale(grads))]
    return jnp.array([loss_fn(params, x, y).astype(jnp.float32), scaler.scale, scaler.n], jnp.float32)
