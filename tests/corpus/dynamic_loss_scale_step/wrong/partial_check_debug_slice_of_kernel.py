# expect: pitfall|wrong_answer
# finding: partial-finite-check
import dataclasses
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def peek(leaf, n=8):  #@ partial-finite-check
    """First few numbers of a tensor, for the log."""
    return leaf.ravel()[:n]  #@ partial-finite-check


@dataclasses.dataclass
class Scaler:
    scale: float
    count: int
    interval: int

    def loss(self, l):
        return l.astype(jnp.float32) * self.scale

    def grads(self, gs):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, gs)

    def verdict(self, gs):
        return all(jnp.isfinite(peek(g)).all() for g in jax.tree.leaves(gs))  #@ partial-finite-check

    def advance(self, ok):
        if not ok:
            return dataclasses.replace(self, scale=max(self.scale * 0.5, 1.0), count=0)
        if self.count + 1 < self.interval:
            return dataclasses.replace(self, count=self.count + 1)
        return dataclasses.replace(self, scale=min(self.scale * 2.0, 2.0**24), count=0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    lin = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    gd, state = nnx.split(lin)

    def loss(state):
        return optax.losses.squared_error(nnx.merge(gd, state)(x), jnp.asarray(y, jnp.float16)).mean()

    gs = scaler.grads(jax.grad(lambda s: scaler.loss(loss(s)))(state))
    ok = scaler.verdict(gs)
    if ok:
        state = jax.tree.map(lambda p, g: p - lr * g, state, gs)
    scaler = scaler.advance(ok)
    return jnp.array([loss(state).astype(jnp.float32), scaler.scale, scaler.count], jnp.float32)
