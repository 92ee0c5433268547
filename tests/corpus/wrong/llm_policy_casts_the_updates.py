# expect: pitfall|wrong_answer
# finding: low-precision-update
"""Train step with an explicit precision policy (see jmp)."""
from __future__ import annotations

from typing import Any, NamedTuple
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Policy(NamedTuple):
    param: Any = jnp.float32
    compute: Any = jnp.bfloat16
    output: Any = jnp.float32

    def cast_to_param(self, tree): return jax.tree.map(lambda t: t.astype(self.param), tree)
    def cast_to_compute(self, tree): return jax.tree.map(lambda t: t.astype(self.compute), tree)
    def cast_to_output(self, tree): return jax.tree.map(lambda t: t.astype(self.output), tree)


POLICY = Policy()


def mixed_precision_step(seed: float, x: jax.Array, y: jax.Array, lr: float, loss_scale: float) -> jax.Array:
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def loss_fn(params):
        params_c, x_c, y_c = POLICY.cast_to_compute((params, x, y))
        return POLICY.cast_to_output(jnp.mean((nnx.merge(graphdef, params_c)(x_c) - y_c) ** 2))

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, POLICY.cast_to_param(grads))
    updates, opt_state = tx.update(grads, opt_state, params)
    updates = POLICY.cast_to_compute(updates)  #@ low-precision-update
    params = optax.apply_updates(params, updates)
    return loss_fn(params).reshape((1,))
