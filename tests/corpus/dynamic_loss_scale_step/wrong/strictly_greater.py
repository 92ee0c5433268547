# expect: pitfall|wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scale:
    factor = 2.0
    low, high = 1.0, 2.0 ** 24

    def __init__(self, value, good, interval):
        self.value, self.good, self.interval = value, good, interval

    def succeeded(self):
        self.good += 1
        if self.good > self.interval:  #@ scale-not-grown
            self.value = min(self.value * self.factor, self.high)
            self.good = 0

    def failed(self):
        self.value = max(self.value / self.factor, self.low)
        self.good = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scale = Scale(loss_scale, good_steps, growth_interval)

    def loss_fn(m):
        return jnp.mean((m(x.astype(jnp.float16)) - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * scale.value)(model)
    grads = jax.tree.map(lambda g: g / scale.value, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        scale.succeeded()
    else:
        scale.failed()
    return jnp.array([loss_fn(model), scale.value, scale.good], dtype=jnp.float32)
