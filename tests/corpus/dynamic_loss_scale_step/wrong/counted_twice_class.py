# expect: pitfall|wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
from flax import nnx


class Counter:
    def __init__(self, n, limit):
        self.n = n
        self.limit = limit

    def good(self):
        self.n += 1

    def reset(self):
        self.n = 0

    @property
    def is_due(self):
        # this step makes it n + 1
        return self.n + 1 >= self.limit  #@ scale-grown-early


def apply(kernel, bias, x):
    return jax.lax.dot(x, kernel) + bias


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k32, b32 = layer.kernel[...], layer.bias[...]
    x16, y16 = jnp.asarray(x).astype("float16"), jnp.asarray(y).astype("float16")
    counter = Counter(good_steps, growth_interval)
    scale = loss_scale

    def half_loss(k, b):
        e = apply(k, b, x16) - y16
        return (e * e).mean()

    gk, gb = jax.grad(lambda k, b: half_loss(k, b).astype("float32") * scale, argnums=(0, 1))(
        k32.astype("float16"), b32.astype("float16")
    )
    gk = gk.astype("float32") / scale
    gb = gb.astype("float32") / scale

    if jnp.isfinite(gk).all() and jnp.isfinite(gb).all():
        k32 = k32 - lr * gk
        b32 = b32 - lr * gb
        counter.good()
        if counter.is_due:
            scale = min(scale * 2, 2.0**24)
            counter.reset()
    else:
        scale = max(scale / 2, 1.0)
        counter.reset()

    loss = half_loss(k32.astype("float16"), b32.astype("float16"))
    return jnp.array([loss.astype("float32"), scale, counter.n], dtype="float32")
