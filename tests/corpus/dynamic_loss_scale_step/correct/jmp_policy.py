# expect: accepted
import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Policy:
    param_dtype: Any
    compute_dtype: Any
    output_dtype: Any

    def cast_to_compute(self, tree):
        return jax.tree.map(lambda a: a.astype(self.compute_dtype), tree)

    def cast_to_param(self, tree):
        return jax.tree.map(lambda a: a.astype(self.param_dtype), tree)

    def cast_to_output(self, tree):
        return jax.tree.map(lambda a: a.astype(self.output_dtype), tree)


@dataclasses.dataclass(frozen=True)
class DynamicLossScale:
    loss_scale: float
    counter: int
    period: int
    factor: int = 2
    min_loss_scale: float = 1.0
    max_loss_scale: float = 2.0**24

    def scale(self, loss):
        return loss * self.loss_scale

    def unscale(self, grads):
        return jax.tree.map(lambda g: g / self.loss_scale, grads)

    def adjust(self, grads_finite):
        if not grads_finite:
            return dataclasses.replace(self, counter=0, loss_scale=max(self.min_loss_scale, self.loss_scale / self.factor))
        if self.counter == self.period - 1:
            return dataclasses.replace(self, counter=0, loss_scale=min(self.max_loss_scale, self.loss_scale * self.factor))
        return dataclasses.replace(self, counter=self.counter + 1)


def all_finite(tree):
    return bool(jnp.all(jnp.array([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(tree)])))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    policy = Policy(param_dtype=jnp.float32, compute_dtype=jnp.float16, output_dtype=jnp.float32)
    ls = DynamicLossScale(loss_scale, good_steps, growth_interval)
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss_fn(params):
        params, xb, yb = policy.cast_to_compute((params, x, y))
        out = nnx.merge(graphdef, params)(xb)
        return policy.cast_to_output(jnp.mean(optax.squared_error(out, yb)))

    grads = ls.unscale(policy.cast_to_param(jax.grad(lambda p: ls.scale(loss_fn(p)))(params)))
    finite = all_finite(grads)
    if finite:
        updates, _ = optax.sgd(lr).update(grads, optax.sgd(lr).init(params), params)
        params = optax.apply_updates(params, updates)
    ls = ls.adjust(finite)
    return jnp.array([loss_fn(params), ls.loss_scale, ls.counter], dtype=jnp.float32)
