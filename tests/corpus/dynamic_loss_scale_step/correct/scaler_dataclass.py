# expect: accepted
"""A GradScaler-like frozen dataclass with scale, unscale and next."""
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Scaler:
    value: float
    streak: int
    interval: int
    lowest: float = 1.0
    highest: float = float(2**24)

    def scale(self, loss):
        return loss.astype(jnp.float32) * self.value

    def unscale(self, tree):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.value, tree)

    def next(self, finite: bool) -> "Scaler":
        if not finite:
            return dataclasses.replace(self, value=max(self.value / 2, self.lowest), streak=0)
        if self.streak + 1 < self.interval:
            return dataclasses.replace(self, streak=self.streak + 1)
        return dataclasses.replace(self, value=min(self.value * 2, self.highest), streak=0)


class Regression:
    def __init__(self, d_in, d_out, seed):
        lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.masters = (lin.kernel[...], lin.bias[...])

    @staticmethod
    def loss(masters, x, y):
        w, b = (m.astype(jnp.float16) for m in masters)
        return jnp.mean(jnp.square(jnp.matmul(x, w) + b - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    reg = Regression(x.shape[1], y.shape[1], int(seed))
    scaler = Scaler(float(loss_scale), int(good_steps), int(growth_interval))
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)
    grads = scaler.unscale(jax.grad(lambda m: scaler.scale(reg.loss(m, x, y)))(reg.masters))
    finite = all(bool(jnp.all(jnp.isfinite(g))) for g in grads)
    if finite:
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(reg.masters), reg.masters)
        reg.masters = optax.apply_updates(reg.masters, updates)
    scaler = scaler.next(finite)
    return jnp.array([reg.loss(reg.masters, x, y).astype(jnp.float32), scaler.value, scaler.streak], jnp.float32)
