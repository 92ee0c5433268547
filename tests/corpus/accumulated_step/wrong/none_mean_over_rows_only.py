# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    pred = x @ half["kernel"] + half["bias"]
    return jnp.mean(jnp.sum((pred - y) ** 2, axis=-1))


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    total = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(loss_fn)(params, xb, yb))
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
