# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax, jax.numpy as jnp, optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    bf = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.bfloat16), t)
    x, y = bf((x, y))

    def loss(p, rows):
        diff = nnx.merge(graphdef, bf_state(p))(x[rows]) - y[rows]
        return jnp.mean(diff ** 2)

    def bf_state(p):
        return jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)

    n = x.shape[0] // micro_batches
    jobs = []
    for k in range(micro_batches):
        rows = slice(k * n, (k + 1) * n)
        jobs.append(lambda p: jax.grad(loss)(p, rows))  #@ last-micro-batch-only
    total = jax.tree.map(jnp.zeros_like, params)
    for job in jobs:
        total = jax.tree.map(jnp.add, total, job(params))
    tx = optax.sgd(lr)
    u, _ = tx.update(jax.tree.map(lambda t: t / micro_batches, total), tx.init(params))
    return loss(optax.apply_updates(params, u), slice(None)).astype(jnp.float32)[None]
