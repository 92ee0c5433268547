# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import jax, jax.numpy as jnp
from flax import nnx


class MeanSquaredErrorMetric:
    def __init__(self):
        self.total, self.count = jnp.zeros(()), 0

    def update_state(self, y_true, y_pred):
        y_true = y_true.astype(self.total.dtype)  #@ full-precision-final-loss
        y_pred = y_pred.astype(self.total.dtype)  #@ full-precision-final-loss
        self.total += jnp.sum((y_true - y_pred) ** 2)
        self.count += y_true.size

    def result(self):
        return self.total / self.count


def predict(p, x):
    return x @ p[0].astype(jnp.bfloat16) + p[1].astype(jnp.bfloat16)


def train_loss(p, x, y):
    return jnp.mean((predict(p, x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    sums = [0.0, 0.0]
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        for j, g in enumerate(jax.grad(train_loss)(p, xb, yb)):
            sums[j] = sums[j] + g
    p = [q - lr * s / micro_batches for q, s in zip(p, sums)]
    metric = MeanSquaredErrorMetric()
    metric.update_state(y, predict(p, x))
    return metric.result().reshape(1)
