# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    def __init__(self, model: nnx.Linear, tx: optax.GradientTransformation):
        self.model = model
        self.optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
        self.metrics = {}

    @staticmethod
    @nnx.jit
    def loss(model, x, y):
        error = model(x) - y.astype(jnp.bfloat16)
        return jnp.mean(error * error)

    def gradients(self, x, y, parts):
        total = nnx.grad(self.loss)(self.model, *next(parts))
        for xb, yb in parts:
            total = jax.tree.map(jnp.add, total, nnx.grad(self.loss)(self.model, xb, yb))
        return total

    def fit_batch(self, x, y, n):
        parts = zip(jnp.split(x, n), jnp.split(y, n))
        grads = jax.tree.map(lambda t: t / n, self.gradients(x, y, parts))
        self.metrics["loss"] = self.loss(self.model, x, y)  #@ stale-loss
        self.metrics["grad_norm"] = optax.tree.norm(grads)
        self.optimizer.update(self.model, grads)
        return self.metrics


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    metrics = Trainer(model, optax.sgd(lr)).fit_batch(x, y, micro_batches)
    return metrics["loss"].astype(jnp.float32).reshape(1)  #@ stale-loss
