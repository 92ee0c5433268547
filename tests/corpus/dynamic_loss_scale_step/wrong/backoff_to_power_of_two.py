# expect: wrong_answer
# finding: scale-not-reduced
import math

import jax
import jax.numpy as jnp
from flax import nnx


class Scale:
    """Keeps the scale a power of two, as one should: dividing by it is exact then."""

    def __init__(self, value, good, interval):
        self.value, self.good, self.interval = value, good, interval

    def shrink(self):
        exponent = math.floor(math.log2(self.value)) - 1  #@ scale-not-reduced
        self.value = max(2.0**exponent, 1.0)  #@ scale-not-reduced
        self.good = 0

    def count(self):
        self.good += 1
        if self.good >= self.interval:
            self.value = min(self.value * 2.0, 2.0**24)
            self.good = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    sc = Scale(loss_scale, good_steps, growth_interval)
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])

    def f(p):
        w, b = [a.astype(jnp.float16) for a in p]
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    g = jax.grad(lambda p: f(p).astype(jnp.float32) * sc.value)(p)
    g = [a / sc.value for a in g]
    if all(jnp.isfinite(a).all() for a in g):
        p = [a - lr * b for a, b in zip(p, g)]
        sc.count()
    else:
        sc.shrink()
    return jnp.array([f(p).astype(jnp.float32), sc.value, sc.good])
