# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Every:
    """Trigger like tf.summary / lightning's every_n_steps."""

    def __init__(self, n, zero_based=True):  #@ scale-grown-early
        self.n, self.zero_based = n, zero_based

    def due(self, step):
        return step + int(self.zero_based) >= self.n


class LossScaler:
    def __init__(self, scale, good, interval):
        self.scale, self.good = scale, good
        self.trigger = Every(interval)  #@ scale-grown-early

    def on_good_step(self):
        self.good += 1
        if self.trigger.due(self.good):  #@ scale-grown-early
            self.scale = min(self.scale * 2, 2.0**24)
            self.good = 0

    def on_bad_step(self):
        self.scale = max(self.scale / 2, 1.0)
        self.good = 0


def fp16_loss(params, x, y):
    w, b = params["kernel"].astype(jnp.float16), params["bias"].astype(jnp.float16)
    return jnp.mean(optax.squared_error(x @ w + b, y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    scaler = LossScaler(loss_scale, good_steps, growth_interval)
    g = jax.grad(lambda p: fp16_loss(p, x, y).astype(jnp.float32) * scaler.scale)(params)
    g = {k: v.astype(jnp.float32) / scaler.scale for k, v in g.items()}
    if all(bool(jnp.all(jnp.isfinite(v))) for v in g.values()):
        for k in params:
            params[k] = params[k] - lr * g[k]
        scaler.on_good_step()
    else:
        scaler.on_bad_step()
    return jnp.array([fp16_loss(params, x, y).astype(jnp.float32), scaler.scale, scaler.good], jnp.float32)
