# expect: pitfall|wrong_answer
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScaler:
    def __init__(self, scale, good, interval):
        self.scale, self.good, self.interval = scale, good, interval

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)

    def overflowed(self, grads):
        return any(bool(jnp.isnan(g).any()) for g in jax.tree.leaves(grads))  #@ partial-finite-check, unchecked-overflow

    def adjust(self, overflow):
        if overflow:
            self.scale, self.good = max(self.scale / 2, 1.0), 0
            return
        self.good += 1
        if self.good == self.interval:
            self.scale, self.good = min(self.scale * 2, 2.0 ** 24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = LossScaler(loss_scale, good_steps, growth_interval)

    def loss_fn(model):
        d = model(x.astype(jnp.float16)) - y.astype(jnp.float16)
        return jnp.mean(d * d).astype(jnp.float32)

    grads = scaler.unscale(nnx.grad(lambda m: loss_fn(m) * scaler.scale)(model))
    overflow = scaler.overflowed(grads)
    if not overflow:
        optimizer.update(model, grads)
    scaler.adjust(overflow)
    return jnp.array([loss_fn(model), scaler.scale, scaler.good], dtype=jnp.float32)
