# expect: pitfall|wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler:
    def __init__(self, scale, tracker, interval):
        self.scale_value, self.tracker, self.interval = scale, tracker, interval
        self.found_inf = False

    def scale(self, loss):
        return jnp.float32(loss) * self.scale_value

    def unscale(self, grads):
        out = {}
        for name, g in grads.items():
            g = g.astype(jnp.float32) / self.scale_value
            if not jnp.isfinite(g).all():
                self.found_inf = True
            out[name] = g
        return out

    def step(self, tx, params, grads):
        updates, _ = tx.update(grads, tx.init(params), params)
        return optax.apply_updates(params, updates)  #@ unchecked-overflow

    def update(self):
        if self.found_inf:
            self.scale_value = max(self.scale_value / 2, 1.0)
            self.tracker = 0
        else:
            self.tracker += 1
            if self.tracker == self.interval:
                self.scale_value = min(self.scale_value * 2, 2.0**24)
                self.tracker = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    tx = optax.sgd(learning_rate=lr)
    xb, yb = x.astype(jnp.float16), y.astype(jnp.float16)

    def criterion(p):
        p = {n: v.astype(jnp.float16) for n, v in p.items()}
        return ((xb @ p["kernel"] + p["bias"] - yb) ** 2).mean()

    grads = jax.grad(lambda p: scaler.scale(criterion(p)))(params)
    grads = scaler.unscale(grads)
    params = scaler.step(tx, params, grads)  #@ unchecked-overflow
    scaler.update()
    return jnp.array([criterion(params), scaler.scale_value, scaler.tracker], jnp.float32)
