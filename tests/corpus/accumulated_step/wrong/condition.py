# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Accumulator:
    def __init__(self, parts):
        self.parts = parts
        self.total = None
        self.seen = 0

    def add(self, grads):
        if self.total is None:
            self.total = grads
        else:
            self.total = jax.tree.map(lambda a, b: a + b, self.total, grads)
        self.seen += 1

    def result(self):
        if self.seen > self.parts:  #@ summed-grads
            return jax.tree.map(lambda t: t / self.parts, self.total)
        return self.total  #@ summed-grads


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    copy = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean(jnp.square(copy(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    acc = Accumulator(micro_batches)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        acc.add(nnx.grad(loss_fn)(model, x[n * i:n * i + n], y[n * i:n * i + n]))
    optimizer.update(model, acc.result())  #@ summed-grads
    return jnp.array([loss_fn(model, x, y)]).astype(jnp.float32)
