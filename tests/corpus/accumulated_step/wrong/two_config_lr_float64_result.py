# expect: pitfall|wrong_answer
# finding: lr-ignored
# finding: wrong-output-dtype
"""Wrong: the config keeps its own learning rate, because `lr` isn't put into it; and NumPy makes a float64 array of a Python float."""
import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


@dataclasses.dataclass
class Config:
    seed: int = 0
    parts: int = 1
    learning_rate: float = 1e-2

    def optimizer(self):
        return optax.sgd(self.learning_rate)  #@ lr-ignored


def loss(params, x, y):
    p, x, y = optax.tree.cast((params, x, y), jnp.bfloat16)
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    config = Config(seed=int(seed), parts=micro_batches)  #@ lr-ignored
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(config.seed))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    tx = config.optimizer()
    total = optax.tree.zeros_like(params)
    for xb, yb in zip(jnp.split(x, config.parts), jnp.split(y, config.parts)):
        total = optax.tree.add(total, jax.grad(loss)(params, xb, yb))
    updates, _ = tx.update(optax.tree.scale(1 / config.parts, total), tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return np.array([float(loss(params, x, y))])  #@ wrong-output-dtype
