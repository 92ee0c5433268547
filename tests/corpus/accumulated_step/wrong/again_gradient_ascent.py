# expect: wrong_answer
# No id: the sign of the update (optax.sgd's updates already carry the minus).
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(params, x, y):
        params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
        return jnp.mean((nnx.merge(gd, params)(x) - y) ** 2)

    total = jax.tree.map(jnp.zeros_like, params)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(loss)(params, xs, ys))
    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.tree.map(lambda t: t / micro_batches, total), tx.init(params))
    params = jax.tree.map(lambda p, u: p - u, params, updates)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
