# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@jax.tree_util.register_pytree_node_class
class MeanTree:
    """Sum and number of the trees seen; `.mean` is their mean. Usable as a scan carry."""

    def __init__(self, total, count):
        self.total, self.count = total, count

    def tree_flatten(self):
        return (self.total, self.count), None

    @classmethod
    def tree_unflatten(cls, _, children):
        return cls(*children)

    @classmethod
    def empty(cls, like):
        return cls(jax.tree.map(lambda a: jnp.zeros(a.shape, jnp.float32), like), jnp.float32(0))

    def see(self, tree):
        return MeanTree(jax.tree.map(jnp.add, self.total, tree), self.count + 1)

    @property
    def mean(self):
        return jax.tree.map(lambda t: t / self.count, self.total)


def low(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def loss(params, batch):
    (w, b), (x, y) = low((params, batch))
    return jnp.square(x @ w + b - y).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])
    batches = jax.tree.map(lambda a: jnp.stack(jnp.split(a, micro_batches)), (x, y))
    acc, _ = jax.lax.scan(lambda c, b: (c.see(jax.grad(loss)(params, b)), None), MeanTree.empty(params), batches)
    params = jax.tree.map(lambda p, g: p - lr * g, params, acc.mean)
    return loss(params, (x, y)).astype(jnp.float32).reshape(1)
