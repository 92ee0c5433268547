# expect: accepted
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class Policy:
    param_dtype: Any = jnp.float32
    compute_dtype: Any = jnp.bfloat16
    output_dtype: Any = jnp.float32

    def _cast(self, tree, dtype):
        is_float = lambda a: jnp.issubdtype(a.dtype, jnp.floating)
        return jax.tree.map(lambda a: a.astype(dtype) if is_float(a) else a, tree)

    def to_param(self, tree):
        return self._cast(tree, self.param_dtype)

    def to_compute(self, tree):
        return self._cast(tree, self.compute_dtype)

    def to_output(self, tree):
        return self._cast(tree, self.output_dtype)


@dataclass(frozen=True)
class StaticLossScale:
    value: float

    def scale(self, tree):
        return jax.tree.map(lambda a: a * self.value, tree)

    def unscale(self, tree):
        inverse = 1 / self.value
        return jax.tree.map(lambda a: a * inverse, tree)


@dataclass
class Experiment:
    graphdef: Any
    policy: Policy = field(default_factory=Policy)

    def loss(self, params, x, y):
        params, x, y = self.policy.to_compute((params, x, y))
        return jnp.mean(optax.squared_error(nnx.merge(self.graphdef, params)(x), y))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(in_features=x.shape[1], out_features=y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(layer, nnx.Param)
    exp = Experiment(graphdef)
    scaler = StaticLossScale(loss_scale)
    policy = exp.policy
    params = policy.to_param(params)
    grads = jax.grad(lambda p: scaler.scale(policy.to_output(exp.loss(p, x, y))))(params)
    grads = scaler.unscale(policy.to_param(grads))
    params = jax.tree.map(partial(lambda rate, p, g: p - rate * g, lr), params, grads)
    return jnp.ravel(policy.to_output(exp.loss(params, x, y)))
