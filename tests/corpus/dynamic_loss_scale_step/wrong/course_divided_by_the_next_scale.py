# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class LossScaler:
    def __init__(self, scale, good, interval):
        self.scale, self.good, self.interval = scale, good, interval

    def update(self, finite):
        if not finite:
            self.scale, self.good = max(self.scale / 2, 1.0), 0
            return
        self.good += 1
        if self.good == self.interval:
            self.scale, self.good = min(self.scale * 2, 2.0**24), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = LossScaler(loss_scale, good_steps, growth_interval)

    def loss_fn(m):
        pred = x.astype(jnp.float16) @ m.kernel[...].astype(jnp.float16) + m.bias[...].astype(jnp.float16)
        return jnp.mean((pred - y.astype(jnp.float16)) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * scaler.scale)(model)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    scaler.update(finite)
    if finite:
        grads = jax.tree.map(lambda g: g / scaler.scale, grads)
        optimizer.update(model, grads)
    return jnp.array([loss_fn(model).astype(jnp.float32), scaler.scale, scaler.good])
