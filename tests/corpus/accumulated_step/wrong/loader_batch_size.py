# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Loader:
    def __init__(self, x, y, batch_size):
        self.x, self.y = x, y
        self.batch_size = batch_size

    def __len__(self):
        return -(-self.x.shape[0] // self.batch_size)

    def __iter__(self):
        for k in range(len(self)):
            rows = slice(k * self.batch_size, (k + 1) * self.batch_size)
            yield self.x[rows], self.y[rows]


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = half((jnp.asarray(x), jnp.asarray(y)))
    graphdef, masters = nnx.split(
        nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param
    )

    def loss(masters, xb, yb):
        return jnp.mean((nnx.merge(graphdef, half(masters))(xb) - yb) ** 2)

    loader = Loader(x, y, batch_size=micro_batches)
    total = jax.tree.map(jnp.zeros_like, masters)
    for xb, yb in loader:
        total = jax.tree.map(jnp.add, total, jax.grad(loss)(masters, xb, yb))
    mean = jax.tree.map(lambda g: g / micro_batches, total)

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
