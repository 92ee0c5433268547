# expect: pitfall|wrong_answer
# finding: seed-ignored
# finding: lr-ignored
from dataclasses import dataclass
from functools import cached_property

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class TrainConfig:
    micro_batches: int
    seed: int = 0  #@ seed-ignored
    learning_rate: float = 1e-2  #@ lr-ignored

    def make_model(self, d_in, d_out):
        return nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(self.seed)))  #@ seed-ignored

    @cached_property
    def tx(self):
        return optax.sgd(self.learning_rate)  #@ lr-ignored


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, optax.tree.cast(state, jnp.bfloat16))
    return optax.squared_error(half(x), y).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    config = TrainConfig(  #@ seed-ignored
        micro_batches=micro_batches,  #@ lr-ignored
    )
    model = config.make_model(x.shape[1], y.shape[1])
    optimizer = nnx.Optimizer(model, config.tx, wrt=nnx.Param)

    x, y = optax.tree.cast((jnp.asarray(x), jnp.asarray(y)), jnp.bfloat16)
    grads = optax.tree.zeros_like(nnx.state(model, nnx.Param))
    for batch in zip(jnp.split(x, config.micro_batches), jnp.split(y, config.micro_batches)):
        grads = optax.tree.add(grads, nnx.grad(loss_fn)(model, *batch))
    grads = optax.tree.scale(1.0 / config.micro_batches, grads)
    optimizer.update(model, grads)  #@ lr-ignored
    return loss_fn(model, x, y).astype(jnp.float32)[None]
