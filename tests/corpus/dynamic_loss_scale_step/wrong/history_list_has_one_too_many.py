# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


class History:
    def __init__(self, good):
        self.epochs = list(range(good + 1))  #@ scale-grown-early

    def append_ok(self):
        self.epochs.append(len(self.epochs))

    def clear(self):
        self.epochs = [0]

    def __len__(self):
        return len(self.epochs)

    @property
    def last(self):
        return self.epochs[-1]


def fit(params, data, lr, scale, history, interval):
    a, b = data

    def mse(p):
        p = {k: v.astype(jnp.float16) for k, v in p.items()}
        return jnp.mean((a @ p['W'] + p['b'] - b) ** 2).astype(jnp.float32)

    g = {k: v / scale for k, v in jax.grad(lambda p: mse(p) * scale)(params).items()}
    if np.isfinite(np.concatenate([np.ravel(v) for v in g.values()])).all():
        params = {k: params[k] - lr * g[k] for k in params}
        history.append_ok()
        if len(history) >= interval:  #@ scale-grown-early
            scale = min(2 * scale, 2.0**24)
            history.clear()
    else:
        scale = max(scale / 2, 1.0)
        history.clear()
    return mse(params), scale, history


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {'W': lin.kernel[...], 'b': lin.bias[...]}
    loss, scale, h = fit(params, (jnp.float16(x), jnp.float16(y)), lr, loss_scale, History(good_steps), growth_interval)
    return jnp.array([loss, scale, h.last], jnp.float32)
