# expect: pitfall|wrong_answer
# finding: summed-grads
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx, struct


@struct.dataclass
class GradAccumulator:
    total: Any
    count: int = 1

    @classmethod
    def zeros_like(cls, params):
        return cls(total=optax.tree.zeros_like(params, dtype=jnp.float32))

    def add(self, grads):
        return self.replace(total=optax.tree.add(self.total, grads))  #@ summed-grads

    def mean(self):
        return jax.tree.map(lambda t: t / self.count, self.total)  #@ summed-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(
        nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param
    )

    def loss_fn(params, x, y):
        half = optax.tree.cast(params, jnp.bfloat16)
        preds = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
        return optax.squared_error(preds, y.astype(jnp.bfloat16)).mean()

    acc = GradAccumulator.zeros_like(params)
    grad_fn = jax.jit(jax.grad(loss_fn))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = acc.add(grad_fn(params, xb, yb))

    tx = optax.sgd(lr)
    updates, _ = tx.update(acc.mean(), tx.init(params), params)
    new_params = optax.apply_updates(params, updates)  #@ summed-grads
    return loss_fn(new_params, x, y).astype(jnp.float32).reshape(1)
