# expect: wrong_answer|pitfall
# finding: scale-grown-early
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass
class ScaleBook:
    scale: float
    streak: int
    interval: int

    def good(self):
        self.scale = min(self.scale * 2.0, 2.0**24)  #@ scale-grown-early
        self.streak += 1
        if self.streak >= self.interval:
            self.streak = 0

    def bad(self):
        self.scale = max(self.scale / 2.0, 1.0)
        self.streak = 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    book = ScaleBook(loss_scale, good_steps, growth_interval)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), dtype=jnp.float16)
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    inputs, labels = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(model):
        err = model(inputs) - labels
        return jnp.mean(err**2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    if jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads)):
        opt.update(model, grads)
        book.good()
    else:
        book.bad()
    return jnp.array([loss_fn(model), book.scale, book.streak], dtype=jnp.float32)
