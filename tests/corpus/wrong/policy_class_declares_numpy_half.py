# expect: wrong_answer|pitfall
# finding: wrong-half-dtype
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


@dataclass(frozen=True)
class Policy:
    param: Any = np.single
    compute: Any = np.half  #@ wrong-half-dtype

    def for_compute(self, tree):
        return jax.tree.map(lambda a: a.astype(self.compute), tree)  #@ wrong-half-dtype

    def for_params(self, tree):
        return jax.tree.map(lambda a: a.astype(self.param), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    policy = Policy()
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (layer.kernel[...], layer.bias[...])
    xc, yc = policy.for_compute((x, y))

    def mse(copy):
        pred = jnp.matmul(xc, copy[0]) + copy[1]
        return policy.for_params(jnp.mean(jnp.square(pred - yc)))

    grads = jax.grad(lambda c: mse(c) * loss_scale)(policy.for_compute(masters))
    tx = optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr))
    updates, _ = tx.update(policy.for_params(grads), tx.init(masters))
    masters = optax.apply_updates(masters, updates)
    return mse(policy.for_compute(masters)).reshape(1)
