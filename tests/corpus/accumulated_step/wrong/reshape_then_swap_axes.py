# expect: wrong_answer
import jax, jax.numpy as jnp, optax
from flax import nnx


class Sharder:
    def __init__(self, k):
        self.k = k

    def __call__(self, a):
        return jnp.swapaxes(a.reshape(-1, self.k, a.shape[-1]), 0, 1)


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    shard = Sharder(micro_batches)

    def f(p, a, b):
        return jnp.mean((nnx.merge(gd, jax.tree.map(lambda t: t.astype(jnp.bfloat16), p))(a) - b) ** 2)

    grads = jax.lax.map(lambda ab: jax.grad(f)(p, *ab), (shard(x), shard(y)))
    tx = optax.sgd(lr)
    u, _ = tx.update(jax.tree.map(lambda g: g.mean(0), grads), tx.init(p))
    return f(optax.apply_updates(p, u), x, y).astype(jnp.float32).reshape(1)
