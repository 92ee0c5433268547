# expect: accepted
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass
class Accumulator:
    total: Any = None
    count: int = field(default=0)

    def add(self, grads) -> "Accumulator":
        grads = optax.tree.cast(grads, jnp.float32)
        total = grads if self.total is None else optax.tree.add(self.total, grads)
        return Accumulator(total, self.count + 1)

    def mean(self):
        return optax.tree.scale(1.0 / self.count, self.total)


def half_copy(model: nnx.Module) -> nnx.Module:
    graphdef, state = nnx.split(model)
    return nnx.merge(graphdef, optax.tree.cast(state, jnp.bfloat16))


def loss_fn(half: nnx.Module, batch):
    x, y = optax.tree.cast(batch, jnp.bfloat16)
    return optax.squared_error(half(x), y).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = jnp.asarray(x), jnp.asarray(y)

    half = half_copy(model)
    acc = Accumulator()
    for batch in zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches)):
        acc = acc.add(nnx.grad(loss_fn)(half, batch))

    optimizer.update(model, acc.mean())
    final = loss_fn(half_copy(model), (x, y))
    return final.astype(jnp.float32)[None]
