# expect: wrong_answer
# finding: scale-not-reduced
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class LossScaler:
    scale: float
    streak: int
    interval: int
    growth: float = 2.0
    backoff: float = 0.25  #@ scale-not-reduced
    lower: float = 1.0
    upper: float = 2.0**24

    def feedback(self, finite: bool):
        if finite:
            self.streak += 1
            if self.streak >= self.interval:
                self.scale = min(self.scale * self.growth, self.upper)
                self.streak = 0
        else:
            self.scale = max(self.scale * self.backoff, self.lower)  #@ scale-not-reduced
            self.streak = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scaler = LossScaler(loss_scale, good_steps, growth_interval)
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    ps = nnx.state(m, nnx.Param)
    gd = nnx.graphdef(m)
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.float16), t)

    def loss(ps):
        return jnp.mean(jnp.square(nnx.merge(gd, half(ps))(half(x)) - half(y))).astype(jnp.float32)

    gs = jax.grad(lambda p: loss(p) * scaler.scale)(ps)
    gs = jax.tree.map(lambda g: g / scaler.scale, gs)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(gs))
    if finite:
        ps = jax.tree.map(lambda p, g: p - lr * g, ps, gs)
    scaler.feedback(finite)
    return jnp.array([loss(ps), scaler.scale, scaler.streak], dtype=jnp.float32)
