# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
from flax import nnx


class LossScaler:
    def __init__(self, scale, good_steps, interval):
        self.current = scale
        self.good = good_steps
        self.interval = interval

    @property
    def remaining(self):
        return self.interval - 1 - self.good  #@ scale-grown-early

    def __call__(self, loss):
        return loss.astype(jnp.float32) * self.current

    def adjust(self, overflow):
        if overflow:
            self.good = 0
            self.current = max(self.current * 0.5, 1.0)
            return
        self.good += 1
        if self.remaining <= 0:  #@ scale-grown-early
            self.good = 0
            self.current = min(self.current * 2.0, 2.0**24)  #@ scale-grown-early


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scaler = LossScaler(loss_scale, good_steps, growth_interval)
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": jnp.asarray(linear.kernel), "b": jnp.asarray(linear.bias)}

    def loss_fn(params):
        half = {key: value.astype(jnp.float16) for key, value in params.items()}
        out = x.astype(jnp.float16) @ half["w"] + half["b"]
        return jnp.mean((out - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: scaler(loss_fn(p)))(params)
    grads = {key: value.astype(jnp.float32) / scaler.current for key, value in grads.items()}
    overflow = any(bool((~jnp.isfinite(g)).any()) for g in grads.values())
    if not overflow:
        params = {key: params[key] - lr * grads[key] for key in params}
    scaler.adjust(overflow)
    return jnp.array([loss_fn(params).astype(jnp.float32), scaler.current, scaler.good], jnp.float32)
