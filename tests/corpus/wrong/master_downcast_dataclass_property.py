# expect: pitfall|wrong_answer
# finding: master-downcast
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass(frozen=True)
class State:
    masters: Any
    lr: float
    scale: float

    @property
    def params(self):
        """What the forward pass works with."""
        return jax.tree.map(lambda p: p.astype(jnp.bfloat16), self.masters)

    def with_masters(self, masters):
        return replace(self, masters=masters)


def mse(state, x, y):
    p = state.params
    d = x.astype(jnp.bfloat16) @ p["w"] + p["b"] - y.astype(jnp.bfloat16)
    return jnp.mean(d * d)


def gradients(state, x, y):
    def scaled(masters):
        return mse(state.with_masters(masters), x, y).astype(jnp.float32) * state.scale

    return jax.tree.map(lambda g: g.astype(jnp.float32) / state.scale, jax.grad(scaled)(state.masters))


def sgd(state, grads):
    new = jax.tree.map(lambda p, g: p - state.lr * g, state.params, grads)  #@ master-downcast
    return state.with_masters(new)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = State({"w": layer.kernel[...], "b": layer.bias[...]}, lr, loss_scale)
    state = sgd(state, gradients(state, x, y))
    return mse(state, x, y).astype(jnp.float32).reshape(1)
