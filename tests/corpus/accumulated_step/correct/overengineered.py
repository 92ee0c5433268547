# expect: accepted
from __future__ import annotations

import dataclasses
import functools
from typing import Any, Callable, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import optax
from flax import nnx

PyTree = Any


@dataclasses.dataclass(frozen=True)
class Policy:
    param: Any = jnp.float32
    compute: Any = jnp.bfloat16
    output: Any = jnp.float32

    def _cast(self, tree: PyTree, dtype) -> PyTree:
        def one(leaf):
            return leaf.astype(dtype) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf

        return jax.tree.map(one, tree)

    def to_compute(self, tree: PyTree) -> PyTree:
        return self._cast(tree, self.compute)

    def to_param(self, tree: PyTree) -> PyTree:
        return self._cast(tree, self.param)

    def to_output(self, tree: PyTree) -> PyTree:
        return self._cast(tree, self.output)


class Loss(Protocol):
    def __call__(self, params: PyTree, x: jax.Array, y: jax.Array) -> jax.Array: ...


class Accumulator(NamedTuple):
    total: PyTree
    seen: jax.Array

    @classmethod
    def like(cls, tree: PyTree, policy: Policy) -> "Accumulator":
        return cls(jax.tree.map(lambda p: jnp.zeros(jnp.shape(p), policy.param), tree), jnp.zeros((), jnp.int32))

    def push(self, tree: PyTree) -> "Accumulator":
        return Accumulator(jax.tree.map(jnp.add, self.total, tree), self.seen + 1)

    def mean(self) -> PyTree:
        return jax.tree.map(lambda t: t / self.seen.astype(t.dtype), self.total)


def with_policy(policy: Policy) -> Callable[[Loss], Loss]:
    def decorate(fn: Loss) -> Loss:
        @functools.wraps(fn)
        def wrapped(params, x, y):
            return fn(*policy.to_compute((params, x, y)))

        return wrapped

    return decorate


def make_step(apply: Callable, policy: Policy, tx: optax.GradientTransformation):
    @with_policy(policy)
    def loss(params, x, y):
        return jnp.mean(jnp.square(apply(params, x) - y))

    @functools.partial(jax.jit, static_argnums=(3,))
    def step(params, x, y, parts: int):
        chunks = jax.tree.map(lambda a: a.reshape(parts, a.shape[0] // parts, *a.shape[1:]), (x, y))

        def body(acc: Accumulator, chunk):
            return acc.push(policy.to_param(jax.grad(loss)(params, *chunk))), None

        acc, _ = jax.lax.scan(body, Accumulator.like(params, policy), chunks)
        updates, _ = tx.update(acc.mean(), tx.init(params), params)
        fresh = optax.apply_updates(params, updates)
        return policy.to_output(loss(fresh, x, y))

    return step


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    step = make_step(lambda p, a: nnx.merge(graphdef, p)(a), Policy(), optax.sgd(lr))
    return jnp.reshape(step(params, x, y, micro_batches), (1,))
