# expect: accepted
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class TrainState:
    params: Any
    opt_state: Any
    tx: optax.GradientTransformation
    grad_sum: Any
    seen: int = 0

    @classmethod
    def create(cls, params, tx):
        zeros = jax.tree.map(lambda p: jnp.zeros_like(p, dtype=jnp.float32), params)
        return cls(params=params, opt_state=tx.init(params), tx=tx, grad_sum=zeros)

    def collect(self, grads):
        return replace(self, grad_sum=jax.tree.map(jnp.add, self.grad_sum, grads), seen=self.seen + 1)

    def apply_gradients(self):
        mean = jax.tree.map(lambda s: s / self.seen, self.grad_sum)
        updates, opt_state = self.tx.update(mean, self.opt_state, self.params)
        return replace(self, params=optax.apply_updates(self.params, updates), opt_state=opt_state)


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    @jax.jit
    def loss_and_grad(params, xb, yb):
        def f(params):
            copy = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
            return jnp.mean((copy(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)
        return jax.value_and_grad(f)(params)

    state = TrainState.create(params, optax.sgd(lr))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        _, grads = loss_and_grad(state.params, xb, yb)
        state = state.collect(grads)
    state = state.apply_gradients()
    loss, _ = loss_and_grad(state.params, x, y)
    return loss.astype(jnp.float32).reshape(1)
