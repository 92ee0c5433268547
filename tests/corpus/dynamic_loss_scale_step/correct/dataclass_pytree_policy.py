# expect: accepted
import dataclasses
import enum

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Outcome(enum.Enum):
    KEEP = "keep"
    GROW = "grow"
    BACK_OFF = "back off"


@dataclasses.dataclass(frozen=True)
class Policy:
    compute: jnp.dtype = jnp.float16
    param: jnp.dtype = jnp.float32

    def to_compute(self, tree):
        return jax.tree.map(lambda a: a.astype(self.compute), tree)

    def to_param(self, tree):
        return jax.tree.map(lambda a: a.astype(self.param), tree)


@dataclasses.dataclass(frozen=True)
class ScaleState:
    scale: float
    good: int
    interval: int

    def outcome(self, finite):
        if not finite:
            return Outcome.BACK_OFF
        return Outcome.GROW if self.good + 1 >= self.interval else Outcome.KEEP

    def next(self, outcome):
        match outcome:
            case Outcome.KEEP:
                return dataclasses.replace(self, good=self.good + 1)
            case Outcome.GROW:
                return dataclasses.replace(self, scale=min(self.scale * 2, 2.0**24), good=0)
            case Outcome.BACK_OFF:
                return dataclasses.replace(self, scale=max(self.scale / 2, 1.0), good=0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    policy, state = Policy(), ScaleState(loss_scale, good_steps, growth_interval)
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    inputs, targets = policy.to_compute((x, y))

    def loss(params):
        model = nnx.merge(graphdef, policy.to_compute(params))
        return optax.losses.squared_error(model(inputs), targets).mean()

    grads = jax.grad(lambda p: policy.to_param(loss(p)) * state.scale)(params)
    grads = jax.tree.map(lambda g: g / state.scale, policy.to_param(grads))
    outcome = state.outcome(all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)))
    if outcome is not Outcome.BACK_OFF:
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(params))
        params = optax.apply_updates(params, updates)
    state = state.next(outcome)
    return jnp.array([policy.to_param(loss(params)), state.scale, state.good], dtype=jnp.float32)
