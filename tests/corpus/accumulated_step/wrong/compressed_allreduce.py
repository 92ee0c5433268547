# expect: wrong_answer|pitfall
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compress(tree, weight):
    """What each worker sends: its share of the mean, in two bytes per number."""
    return jax.tree.map(lambda g: (g * weight).astype(jnp.bfloat16), tree)  #@ low-precision-grads


def all_reduce(tree):
    return jax.tree.map(lambda g: jnp.sum(g.astype(jnp.float32), axis=0), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def loss(params, shard_x, shard_y):
        w, b = (jnp.asarray(p, jnp.bfloat16) for p in params)
        out = shard_x.astype(jnp.bfloat16) @ w + b
        return jnp.mean((out - shard_y.astype(jnp.bfloat16)) ** 2)

    def worker(shard_x, shard_y):
        return compress(jax.grad(loss)(params, shard_x, shard_y), 1 / micro_batches)

    shards = [a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y)]
    grads = all_reduce(jax.vmap(worker)(*shards))
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32)[None]
