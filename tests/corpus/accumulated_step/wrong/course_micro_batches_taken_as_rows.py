# expect: wrong_answer
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    return jnp.mean(jnp.square(x @ p["w"] + p["b"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    acc = jax.tree.map(jnp.zeros_like, params)
    for start in range(0, x.shape[0], micro_batches):
        stop = start + micro_batches
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, x[start:stop], y[start:stop]))
    grads = jax.tree.map(lambda a: a / micro_batches, acc)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
