# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Learner:
    def __init__(self, model, lr):
        self.model = model
        self.optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss(self, model, xb, yb):
        return ((model(xb) - yb.astype(jnp.bfloat16)) ** 2).mean()

    def fit(self, x, y, n):
        acc = jax.tree.map(jnp.zeros_like, nnx.state(self.model, nnx.Param))
        rows = len(x) // n
        for i in range(n):
            part = jnp.arange(i * rows, (i + 1) * rows)
            g = nnx.grad(self.loss)(self.model, x[part], y[part])
            acc = jax.tree.map(lambda a, b: a + b / n, acc, g)
            self.optimizer.update(self.model, acc)  #@ update-per-micro-batch


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    learner = Learner(model, lr)
    learner.fit(x, y, micro_batches)
    return jnp.reshape(learner.loss(model, x, y).astype(jnp.float32), 1)
