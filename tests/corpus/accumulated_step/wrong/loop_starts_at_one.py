# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    xs, ys = jnp.split(x, micro_batches), jnp.split(y, micro_batches)

    # the sum starts with zeros, so the loop starts with the next one
    acc = jax.tree.map(jnp.zeros_like, params)
    for i in range(1, micro_batches):
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, xs[i], ys[i]))

    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.tree.map(lambda a: a / micro_batches, acc), tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
