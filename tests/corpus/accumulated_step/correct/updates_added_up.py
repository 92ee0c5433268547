# expect: accepted
# SGD is linear: the optimizer may see each gradient, if the masters stay where they are until all updates are added.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    st = tx.init(masters)

    def loss(masters, x, y):
        m = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters))
        return jnp.mean(jnp.square(m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))

    move = jax.tree.map(jnp.zeros_like, masters)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        u, st = tx.update(jax.grad(loss)(masters, xs, ys), st, masters)
        move = jax.tree.map(lambda m, v: m + v / micro_batches, move, u)
    masters = optax.apply_updates(masters, move)
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
