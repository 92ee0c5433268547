# expect: wrong_answer
# allow: low-precision-loss-scale
"""The scaler class converts its scale with np.float16 when it is made."""
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


class HalfScaler:
    def __init__(self, scale, count, interval, dtype=np.float16):
        with np.errstate(all="ignore"):
            self.scale = float(dtype(scale))  #@ low-precision-loss-scale
        self.count, self.interval = count, interval

    def __call__(self, loss_fn):
        return lambda *a: loss_fn(*a).astype(jnp.float32) * self.scale

    def unscale(self, grads):
        return jax.tree.map(lambda g: g.astype(jnp.float32) / self.scale, grads)

    def update(self, finite):
        self.count = self.count + 1 if finite else 0
        if not finite:
            self.scale = max(self.scale / 2, 1.0)
        elif self.count == self.interval:
            self.scale, self.count = min(self.scale * 2, 2.0**24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    scaler = HalfScaler(loss_scale, good_steps, growth_interval)
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(m):
        return jnp.mean((m(x) - y) ** 2)

    grads = scaler.unscale(nnx.grad(scaler(loss))(model))
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))
    if finite:
        opt.update(model, grads)
    scaler.update(finite)
    return jnp.array([loss(model), scaler.scale, scaler.count], jnp.float32)
