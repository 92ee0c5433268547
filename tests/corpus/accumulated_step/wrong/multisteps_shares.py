# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class AccumulatingOptimizer:
    """optax.MultiSteps behind an interface of two methods."""

    def __init__(self, params, lr, parts):
        self.parts = parts
        self.tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=parts)
        self.state = self.tx.init(params)
        self.params = params

    def feed(self, grads):
        share = jax.tree.map(lambda g: g / self.parts, grads)
        updates, self.state = self.tx.update(share, self.state, self.params)
        self.params = optax.apply_updates(self.params, updates)

    def result(self):
        assert self.tx.has_updated(self.state)
        return self.params


def loss(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((jnp.einsum("ni,io->no", x, w) + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    x = jnp.asarray(x, jnp.bfloat16)
    y = jnp.asarray(y, jnp.bfloat16)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    accumulating = AccumulatingOptimizer(params, lr, micro_batches)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        accumulating.feed(jax.grad(loss)(params, xb, yb))
    return loss(accumulating.result(), x, y).astype(jnp.float32)[jnp.newaxis]
