# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx

WIRE = jnp.bfloat16


class Worker:
    """Computes the contribution of one part, in the format in which it would be sent."""

    def __init__(self, graphdef, workers):
        self.graphdef = graphdef
        self.workers = workers

    def loss(self, params, x, y):
        p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
        return jnp.mean((nnx.merge(self.graphdef, p)(x) - y) ** 2)

    def contribution(self, params, x, y):
        grads = jax.grad(self.loss)(params, x, y)
        return jax.tree.map(lambda g: (g / self.workers).astype(WIRE), grads)  #@ low-precision-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    worker = Worker(graphdef, micro_batches)

    mean = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params)
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        sent = worker.contribution(params, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])
        mean = jax.tree.map(lambda m, s: m + s.astype(jnp.float32), mean, sent)

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    return worker.loss(optax.apply_updates(params, updates), x, y).astype(jnp.float32).reshape(1)
