# expect: wrong_answer
# finding: count-not-reset
import jax
import jax.numpy as jnp
from flax import nnx


class Scaler:
    def __init__(self, scale, good, every):
        self.scale = scale
        self.good = good
        self.every = every

    def ok(self):
        self.good += 1  #@ count-not-reset
        if self.good >= self.every:
            self.scale = min(self.scale * 2, 2.0**24)  #@ count-not-reset

    def overflow(self):
        self.scale = max(self.scale / 2, 1.0)  #@ count-not-reset


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}

    def mse(params):
        k, b = params["kernel"].astype(jnp.float16), params["bias"].astype(jnp.float16)
        return jnp.mean((x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: mse(p).astype(jnp.float32) * scaler.scale)(params)
    grads = {k: v / scaler.scale for k, v in grads.items()}
    if all(jnp.isfinite(v).all() for v in grads.values()):
        params = {k: params[k] - lr * grads[k] for k in params}
        scaler.ok()
    else:
        scaler.overflow()
    return jnp.array([mse(params).astype(jnp.float32), scaler.scale, scaler.good])  #@ count-not-reset
