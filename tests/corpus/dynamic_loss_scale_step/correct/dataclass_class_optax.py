# expect: accepted
from dataclasses import dataclass, replace
from typing import Callable, Generic, TypeVar

import jax
import jax.numpy as jnp
import optax
from flax import nnx

T = TypeVar("T")


@dataclass(frozen=True)
class Policy:
    compute: jnp.dtype = jnp.dtype("float16")
    master: jnp.dtype = jnp.dtype("float32")

    def down(self, tree):
        return jax.tree.map(lambda a: jnp.asarray(a, self.compute), tree)

    def up(self, tree):
        return jax.tree.map(lambda a: jnp.asarray(a, self.master), tree)


@dataclass(frozen=True)
class Attempt(Generic[T]):
    grads: T
    finite: bool

    def either(self, yes: Callable[[T], T], no: Callable[[], T]) -> T:
        return yes(self.grads) if self.finite else no()


@dataclass(frozen=True)
class Scale:
    value: float
    streak: int
    interval: int

    def won(self):
        if self.streak + 1 < self.interval:
            return replace(self, streak=self.streak + 1)
        return replace(self, value=min(self.value * 2, 2.0**24), streak=0)

    def lost(self):
        return replace(self, value=max(self.value / 2, 1.0), streak=0)


def attempt(policy, loss, params, scale) -> Attempt:
    g = jax.grad(lambda p: policy.up(loss(policy.down(p))) * scale.value)(params)
    g = jax.tree.map(lambda a: a / scale.value, policy.up(g))
    return Attempt(g, bool(jnp.isfinite(jnp.concatenate([a.ravel() for a in jax.tree.leaves(g)])).all()))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    policy = Policy()
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    xh, yh = policy.down((x, y))
    tx = optax.sgd(lr)

    def loss(p):
        return optax.losses.squared_error(nnx.merge(graphdef, p)(xh), yh).mean()

    scale = Scale(loss_scale, good_steps, growth_interval)
    a = attempt(policy, loss, params, scale)
    params = a.either(
        yes=lambda g: optax.apply_updates(params, tx.update(g, tx.init(params))[0]),
        no=lambda: params,
    )
    scale = scale.won() if a.finite else scale.lost()
    return policy.up(jnp.array([policy.up(loss(policy.down(params))), scale.value, scale.streak]))
