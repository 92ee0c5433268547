# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
"""Wrong: the module's constant for the half precision is float16."""
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

HALF = np.dtype("half")  #@ wrong-half-dtype


def loss(params, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(HALF), (params, x, y))  #@ wrong-half-dtype
    return jnp.mean(jnp.square(x @ p["kernel"] + p["bias"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    grad = jax.jit(jax.grad(loss))
    total = optax.tree.zeros_like(params)
    for i in range(micro_batches):
        n = len(x) // micro_batches
        total = optax.tree.add(total, grad(params, x[n * i:n * i + n], y[n * i:n * i + n]))
    tx = optax.sgd(lr)
    updates, _ = tx.update(optax.tree.scale(1 / micro_batches, total), tx.init(params))
    return loss(optax.apply_updates(params, updates), x, y).astype(jnp.float32).reshape(1)
