# expect: wrong_answer
# allow: full-precision-forward
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


class MeanSquaredError:
    def __call__(self, y_true, y_pred, sample_weight=None):
        err = y_pred - y_true
        if sample_weight is not None:
            err = err * sample_weight[:, None]
        return jnp.mean(jnp.square(err))


class CompiledModel:
    def __init__(self, layer, loss, loss_scale):
        self.k, self.b = layer.kernel[...], layer.bias[...]
        self.loss, self.loss_scale = loss, loss_scale

    def evaluate(self, weights, xh, yh, sample_weight):
        k, b = (w.astype(jnp.float16) for w in weights)
        return self.loss(yh, xh @ k + b, sample_weight).astype(jnp.float32)

    def fit_batch(self, xh, yh, sample_weight, lr):
        s = jnp.float32(self.loss_scale)
        gk, gb = jax.grad(lambda w: self.evaluate(w, xh, yh, sample_weight) * s)((self.k, self.b))
        gk, gb = gk / s, gb / s
        if jnp.isfinite(gk).all() and jnp.isfinite(gb).all():
            self.k, self.b = self.k - lr * gk, self.b - lr * gb
            return True
        return False


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = CompiledModel(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), MeanSquaredError(), loss_scale)
    xh, yh = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    weight = np.ones(len(x), dtype=np.float32)
    finite = model.fit_batch(xh, yh, weight, lr)
    if finite:
        count = good_steps + 1
        if count == growth_interval:
            model.loss_scale, count = min(model.loss_scale * 2, 2.0**24), 0
    else:
        model.loss_scale, count = max(model.loss_scale / 2, 1.0), 0
    return jnp.array([model.evaluate((model.k, model.b), xh, yh, weight), model.loss_scale, count], jnp.float32)
