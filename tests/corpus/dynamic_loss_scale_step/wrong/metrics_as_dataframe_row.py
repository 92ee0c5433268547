# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


class MetricsLogger:
    columns = ('loss', 'scale', 'count')

    def __init__(self):
        self.rows = {c: [] for c in self.columns}

    def log(self, **metrics):
        for c in self.columns:
            self.rows[c].append(jnp.asarray(metrics[c], jnp.float32))

    def table(self):
        return jnp.column_stack([jnp.stack(self.rows[c]) for c in self.columns])  #@ wrong-output-shape


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    logger = MetricsLogger()
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w = [layer.kernel[...], layer.bias[...]]
    xh, yh = (jnp.asarray(np.asarray(a).astype(np.float16)) for a in (x, y))

    def loss(w):
        h = [t.astype(jnp.float16) for t in w]
        return jnp.mean(jnp.power(xh @ h[0] + h[1] - yh, 2))

    g = [t.astype(jnp.float32) / loss_scale for t in jax.grad(lambda w: loss(w).astype(jnp.float32) * loss_scale)(w)]
    if all(np.isfinite(t).all() for t in map(np.asarray, g)):
        w = [a - lr * b for a, b in zip(w, g)]
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    logger.log(loss=loss(w), scale=loss_scale, count=good_steps)
    return logger.table()
