# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
from __future__ import annotations

from dataclasses import dataclass
from typing import Any
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class Policy:
    compute: Any = jnp.bfloat16
    accumulate: Any = jnp.float32


def mixed_precision_step(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    """Returns the post-update loss, shape ``(1,)``."""
    policy = Policy()
    model = nnx.Linear(x.shape[-1], y.shape[-1], dtype=policy.compute, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model: nnx.Linear) -> jax.Array:
        return jnp.mean(jnp.square(model(x) - y.astype(policy.compute)))

    def scaled(model: nnx.Linear) -> jax.Array:
        return loss_fn(model).astype(policy.accumulate) * loss_scale

    grads = jax.tree.map(lambda g: g.astype(policy.accumulate) / loss_scale, nnx.grad(scaled)(model))
    optimizer.update(model, grads)
    return jnp.expand_dims(loss_fn(model), axis=0)  #@ wrong-output-dtype
