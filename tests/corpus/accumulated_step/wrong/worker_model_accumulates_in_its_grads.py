# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# allow: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Accumulator:
    def __init__(self):
        self.total = None
        self.n = 0

    def add(self, grads):
        if self.total is None:
            self.total = grads
        else:
            self.total = jax.tree.map(lambda a, b: a + b, self.total, grads)  #@ low-precision-accumulator
        self.n += 1

    def mean(self):
        return jax.tree.map(lambda t: t.astype(jnp.float32) / self.n, self.total)


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def half_of(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def accumulated_step(seed, x, y, lr, micro_batches):
    master = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(master, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    acc = Accumulator()
    worker = half_of(master)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc.add(nnx.grad(loss_fn)(worker, xb, yb))  #@ low-precision-accumulator
    optimizer.update(master, acc.mean())
    return loss_fn(half_of(master), x, y).astype(jnp.float32).reshape(1)
