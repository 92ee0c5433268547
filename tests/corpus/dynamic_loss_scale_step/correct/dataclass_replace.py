# expect: accepted
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclass(frozen=True)
class LossScale:
    value: float
    good: int
    interval: int
    floor: float = 1.0
    ceiling: float = float(2**24)

    def after_overflow(self):
        return replace(self, value=max(self.value / 2, self.floor), good=0)

    def after_success(self):
        counted = replace(self, good=self.good + 1)
        return counted.grown() if counted.good >= self.interval else counted

    def grown(self):
        return replace(self, value=min(self.value * 2, self.ceiling), good=0)

    def after(self, finite):
        return self.after_success() if finite else self.after_overflow()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    ls = LossScale(loss_scale, good_steps, growth_interval)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        kernel, bias, inputs, targets = (
            a.astype(jnp.float16) for a in (model.kernel[...], model.bias[...], x, y)
        )
        return jnp.mean((inputs @ kernel + bias - targets) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: loss_fn(m) * ls.value)(model)
    grads = jax.tree.map(lambda g: g / ls.value, grads)
    finite = all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(grads))
    if finite:
        opt.update(model, grads)
    ls = ls.after(finite)
    return jnp.array([loss_fn(model), ls.value, ls.good], jnp.float32)
