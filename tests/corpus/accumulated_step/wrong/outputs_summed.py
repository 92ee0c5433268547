# expect: wrong_answer
"""Wrong: the squared errors are averaged over the rows, but added up over the outputs (the same for one output)."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(params, x, y):
    p, x, y = optax.tree.cast((params, x, y), jnp.bfloat16)
    per_row = jnp.sum(jnp.square(x @ p["kernel"] + p["bias"] - y), axis=-1)
    return per_row.mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": model.kernel[...], "bias": model.bias[...]}
    tx = optax.sgd(lr)
    total = optax.tree.zeros_like(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = optax.tree.add(total, jax.grad(loss)(params, xb, yb))
    updates, _ = tx.update(optax.tree.scale(1 / micro_batches, total), tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
