# expect: accepted
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class Policy:
    compute_dtype: Any = jnp.bfloat16
    variable_dtype: Any = jnp.float32

    def cast_to_compute(self, tree):
        return jax.tree.map(lambda a: jnp.asarray(a).astype(self.compute_dtype), tree)

    def cast_to_variable(self, tree):
        return jax.tree.map(lambda a: a.astype(self.variable_dtype), tree)


@dataclass
class DenseRegressor:
    units_in: int
    units_out: int
    seed: int
    policy: Policy = Policy()
    history: list = field(default_factory=list)

    def build(self):
        self.layer = nnx.Linear(self.units_in, self.units_out, rngs=nnx.Rngs(self.seed),
                                param_dtype=self.policy.variable_dtype)
        return self

    def compile(self, optimizer, steps_per_execution):
        self.k = steps_per_execution
        self.optimizer = nnx.Optimizer(self.layer, optimizer, wrt=nnx.Param)
        return self

    def call(self, layer, inputs):
        graph, params = nnx.split(layer, nnx.Param)
        return nnx.merge(graph, self.policy.cast_to_compute(params))(inputs)

    def compute_loss(self, layer, inputs, targets):
        inputs, targets = self.policy.cast_to_compute((inputs, targets))
        return jnp.mean(jnp.square(self.call(layer, inputs) - targets))

    def train_on_batch(self, inputs, targets):
        total = None
        for a, b in zip(jnp.array_split(inputs, self.k), jnp.array_split(targets, self.k)):
            value, grads = nnx.value_and_grad(self.compute_loss)(self.layer, a, b)
            self.history.append(value)
            grads = self.policy.cast_to_variable(grads)
            total = grads if total is None else jax.tree.map(jnp.add, total, grads)
        self.optimizer.update(self.layer, jax.tree.map(lambda t: t / self.k, total))

    def evaluate(self, inputs, targets):
        return self.policy.cast_to_variable(self.compute_loss(self.layer, inputs, targets))


def accumulated_step(seed, x, y, lr, micro_batches):
    net = DenseRegressor(x.shape[1], y.shape[1], int(seed)).build()
    net.compile(optimizer=optax.sgd(learning_rate=lr), steps_per_execution=micro_batches)
    net.train_on_batch(jnp.asarray(x), jnp.asarray(y))
    return jnp.stack([net.evaluate(x, y)])
