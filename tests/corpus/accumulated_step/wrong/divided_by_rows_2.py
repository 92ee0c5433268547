# expect: wrong_answer
"""Wrong: the sum is divided by the number of all rows in place of the number of parts."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class GradientMean:
    def __init__(self, params):
        self._sum = jax.tree.map(jnp.zeros_like, params)
        self._count = 0

    def add(self, grads, x):
        self._sum = jax.tree.map(jnp.add, self._sum, grads)
        self._count += x.shape[0]

    @property
    def value(self):
        return jax.tree.map(lambda s: s / self._count, self._sum)


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    state, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (state, x, y))
    return jnp.mean((nnx.merge(graphdef, state)(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    mean = GradientMean(nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        mean.add(nnx.grad(loss_fn)(model, xb, yb), xb)
    optimizer.update(model, mean.value)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
