# expect: pitfall|wrong_answer
# finding: partial-finite-check|unchecked-overflow
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


class Finite:
    """Remembers the largest gradient ever seen."""

    def __init__(self):
        self.peak = -np.inf

    def __call__(self, *arrays):
        peaks = [np.asarray(a).max() for a in arrays]  #@ partial-finite-check
        self.peak = np.max(peaks)
        return bool(self.peak < np.inf)


def loss16(w, b, x, y):
    return (((x @ w + b) - y) ** 2).mean()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = lin.kernel[...], lin.bias[...]
    x, y = jnp.array(x, "float16"), jnp.array(y, "float16")
    gw, gb = jax.grad(lambda w, b: loss16(w, b, x, y).astype("float32") * loss_scale, (0, 1))(
        w.astype("float16"), b.astype("float16")
    )
    gw, gb = gw.astype("float32") / loss_scale, gb.astype("float32") / loss_scale
    check = Finite()
    scale, count = max(loss_scale / 2, 1.0), 0
    if check(gw, gb):
        w, b = w - lr * gw, b - lr * gb
        scale, count = loss_scale, good_steps + 1
        if count == growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    loss = loss16(w.astype("float16"), b.astype("float16"), x, y).astype("float32")
    return jnp.array([loss, scale, count], "float32")
