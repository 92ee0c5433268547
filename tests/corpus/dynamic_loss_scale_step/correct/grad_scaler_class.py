# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


class GradScaler:
    def __init__(self, init_scale, growth_tracker, growth_interval):
        self._scale = float(init_scale)
        self._growth_tracker = int(growth_tracker)
        self._growth_interval = int(growth_interval)
        self._found_inf = False

    def scale(self, loss):
        return loss.astype(jnp.float32) * self._scale

    def unscale_(self, grads):
        out = {}
        for name, g in grads.items():
            out[name] = g.astype(jnp.float32) / self._scale
            if not bool(jnp.isfinite(out[name]).all()):
                self._found_inf = True
        return out

    def step(self, params, grads, lr):
        if self._found_inf:
            return params
        return {n: params[n] - lr * grads[n] for n in params}

    def update(self):
        if self._found_inf:
            self._scale = max(self._scale * 0.5, 1.0)
            self._growth_tracker = 0
        else:
            self._growth_tracker += 1
            if self._growth_tracker == self._growth_interval:
                self._scale = min(self._scale * 2.0, 2.0 ** 24)
                self._growth_tracker = 0

    def get_scale(self):
        return self._scale


def mse(half, x, y):
    return jnp.mean((x @ half["weight"] + half["bias"] - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = {"weight": net.kernel[...], "bias": net.bias[...]}
    x, y = jnp.float16(x), jnp.float16(y)
    scaler = GradScaler(loss_scale, good_steps, growth_interval)

    def half():
        return {n: p.astype(jnp.float16) for n, p in master.items()}

    grads = jax.grad(lambda h: scaler.scale(mse(h, x, y)))(half())
    grads = scaler.unscale_(grads)
    master = scaler.step(master, grads, lr)
    scaler.update()
    loss = mse(half(), x, y)
    result = [float(loss), scaler.get_scale(), scaler._growth_tracker]
    return jnp.array(result, dtype=jnp.float32)
