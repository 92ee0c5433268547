# expect: pitfall|wrong_answer
# finding: scale-not-reduced
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass
class DynamicScale:
    scale: float
    good: int
    interval: int
    lowest: float = 1.0
    highest: float = 2.0**24

    def overflow(self):
        # one bad step after a good one may be chance
        if self.good == 0:  #@ scale-not-reduced
            self.scale = max(self.scale / 2, self.lowest)  #@ scale-not-reduced
        self.good = 0

    def fine(self):
        self.good += 1
        if self.good == self.interval:
            self.scale = min(self.scale * 2, self.highest)
            self.good = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    ds = DynamicScale(loss_scale, good_steps, growth_interval)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = lin.kernel[...], lin.bias[...]
    x, y = map(jnp.float16, (x, y))

    def mse(k, b):
        return jnp.mean((x @ jnp.float16(k) + jnp.float16(b) - y) ** 2)

    used = ds.scale
    gk, gb = jax.grad(lambda k, b: mse(k, b).astype(jnp.float32) * used, argnums=(0, 1))(k, b)
    gk, gb = gk / used, gb / used
    if jnp.isfinite(gk).all() and jnp.isfinite(gb).all():
        k, b = k - lr * gk, b - lr * gb
        ds.fine()
    else:
        ds.overflow()
    return jnp.array([mse(k, b), ds.scale, ds.good], dtype=jnp.float32)
