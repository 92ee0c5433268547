# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def iterate(data, batch_size):
    n = data[0].shape[0]
    for s in range(0, n, batch_size):
        yield tuple(d[s:s + batch_size] for d in data)


def loss_fn(params, graphdef, x, y):
    params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    pred = nnx.merge(graphdef, params)(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    total = jax.tree.map(jnp.zeros_like, params)
    count = 0
    for xb, yb in iterate((x, y), batch_size=micro_batches):
        grads = jax.grad(loss_fn)(params, graphdef, xb, yb)
        total = jax.tree.map(jnp.add, total, grads)
        count += 1
    mean = jax.tree.map(lambda t: t / count, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, graphdef, x, y).astype(jnp.float32).reshape(1)
