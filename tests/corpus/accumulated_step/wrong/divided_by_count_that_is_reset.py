# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Buffer:
    def __init__(self, like):
        self.sum = jax.tree.map(jnp.zeros_like, like)
        self.count = 0

    def add(self, g):
        self.sum = jax.tree.map(jnp.add, self.sum, g)
        self.count = 1  #@ summed-grads

    @property
    def mean(self):
        return jax.tree.map(lambda s: s / self.count, self.sum)  #@ summed-grads


def loss_fn(p, x, y):
    cast = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    p, x, y = cast(p), cast(x), cast(y)
    return jnp.mean(jnp.square(jnp.dot(x, p["kernel"]) + p["bias"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    buf = Buffer(p)
    size = x.shape[0] // micro_batches
    for lo in range(0, x.shape[0], size):
        buf.add(jax.grad(loss_fn)(p, x[lo:lo + size], y[lo:lo + size]))
    tx = optax.sgd(lr)
    u, _ = tx.update(buf.mean, tx.init(p))  #@ summed-grads
    p = optax.apply_updates(p, u)
    return loss_fn(p, x, y).astype(jnp.float32).reshape(1)
