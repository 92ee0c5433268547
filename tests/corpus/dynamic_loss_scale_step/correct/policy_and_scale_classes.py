# expect: accepted
"""In the style of the `jmp` library: a Policy for dtypes, and a LossScale with adjust()."""
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import optax
from flax import nnx

T = TypeVar("T")


def _cast_floating(tree: T, dtype: Any) -> T:
    def conditional_cast(a):
        if jnp.issubdtype(jnp.asarray(a).dtype, jnp.floating):
            return jnp.asarray(a).astype(dtype)
        return a

    return jax.tree.map(conditional_cast, tree)


@dataclass(frozen=True)
class Policy:
    param_dtype: Any
    compute_dtype: Any
    output_dtype: Any

    def cast_to_param(self, tree):
        return _cast_floating(tree, self.param_dtype)

    def cast_to_compute(self, tree):
        return _cast_floating(tree, self.compute_dtype)

    def cast_to_output(self, tree):
        return _cast_floating(tree, self.output_dtype)


def all_finite(tree) -> jax.Array:
    leaves = jax.tree.leaves(tree)
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in leaves]))


def select_tree(pred: jax.Array, a: T, b: T) -> T:
    assert pred.ndim == 0 and pred.dtype == jnp.bool_
    return jax.tree.map(lambda u, v: jax.lax.select(pred, u, v), a, b)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class DynamicLossScale:
    loss_scale: jax.Array
    counter: jax.Array
    period: jax.Array
    factor: float = 2.0
    min_loss_scale: float = 1.0
    max_loss_scale: float = 2.0**24

    def scale(self, tree):
        return jax.tree.map(lambda a: a * self.loss_scale, tree)

    def unscale(self, tree):
        return jax.tree.map(lambda a: a / self.loss_scale, tree)

    def adjust(self, grads_finite: jax.Array) -> "DynamicLossScale":
        last = self.counter == self.period - 1
        up = jnp.minimum(self.loss_scale * self.factor, self.max_loss_scale)
        down = jnp.maximum(self.loss_scale / self.factor, self.min_loss_scale)
        loss_scale = jnp.where(grads_finite, jnp.where(last, up, self.loss_scale), down)
        counter = ((self.counter + 1) % self.period) * grads_finite
        return replace(self, loss_scale=loss_scale, counter=counter)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    policy = Policy(jnp.float32, jnp.float16, jnp.float32)
    scaler = DynamicLossScale(
        jnp.float32(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval)
    )
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    params = policy.cast_to_param(params)
    optimizer = optax.sgd(lr)
    opt_state = optimizer.init(params)

    def loss_fn(params, batch):
        params, (x, y) = policy.cast_to_compute((params, batch))
        pred = nnx.merge(graphdef, params)(x)
        return policy.cast_to_output(jnp.mean((pred - y) ** 2))

    @jax.jit
    def update(params, opt_state, scaler, batch):
        grads = jax.grad(lambda p: scaler.scale(loss_fn(p, batch)))(params)
        grads = scaler.unscale(policy.cast_to_param(grads))
        finite = all_finite(grads)
        updates, new_opt_state = optimizer.update(grads, opt_state, params)
        new_params = optax.apply_updates(params, updates)
        params, opt_state = select_tree(finite, (new_params, new_opt_state), (params, opt_state))
        return params, opt_state, scaler.adjust(finite)

    batch = (x, y)
    params, opt_state, scaler = update(params, opt_state, scaler, batch)
    return jnp.asarray(
        [loss_fn(params, batch), scaler.loss_scale, scaler.counter], dtype=policy.output_dtype
    )
