# expect: wrong_answer
# finding: scale-not-grown
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaler:
    def __init__(self, scale, count, interval):
        self.scale = scale
        self.count = count
        self.interval = interval

    def backoff(self):
        self.scale = max(self.scale * 0.5, 1.0)
        self.count = 0

    def grow(self):
        scale = min(self.scale * 2.0, 2.0**24)  #@ scale-not-grown
        self.count = 0

    def good(self):
        self.count += 1
        if self.count >= self.interval:
            self.grow()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    scaler = Scaler(loss_scale, good_steps, growth_interval)
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    loss_fn = lambda m: jnp.mean((m(x) - y) ** 2).astype(jnp.float32)
    grads = nnx.grad(lambda m: loss_fn(m) * scaler.scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / scaler.scale, grads)
    if all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        scaler.good()
    else:
        scaler.backoff()
    return jnp.array([loss_fn(model), scaler.scale, scaler.count], dtype=jnp.float32)
