# expect: accepted
import dataclasses
import math

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class Scale:
    value: float
    good: int
    interval: int

    @property
    def parts(self):
        mantissa, exponent = math.frexp(self.value)
        return mantissa, 2.0**exponent

    def apply(self, loss):
        a, b = self.parts
        return (loss.astype(jnp.float32) * b) * a

    def undo(self, tree):
        a, b = self.parts
        return jax.tree.map(lambda g: g.astype(jnp.float32) / b / a, tree)

    def after(self, finite):
        if not finite:
            return dataclasses.replace(self, value=max(self.value / 2, 1.0), good=0)
        if self.good + 1 < self.interval:
            return dataclasses.replace(self, good=self.good + 1)
        return dataclasses.replace(self, value=min(self.value * 2, 2.0**24), good=0)


def to(dtype, tree):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    batch = to(jnp.float16, {"x": jnp.asarray(x), "y": jnp.asarray(y)})
    scale = Scale(loss_scale, good_steps, growth_interval)

    def forward(p16):
        return optax.squared_error(nnx.merge(graph, p16)(batch["x"]), batch["y"]).mean()

    grads = scale.undo(jax.grad(lambda p: scale.apply(forward(p)))(to(jnp.float16, params)))
    finite = jax.tree.reduce(lambda acc, g: acc and bool(jnp.all(jnp.isfinite(g))), grads, True)
    if finite:
        tx = optax.sgd(lr)
        updates, _ = tx.update(grads, tx.init(params), params)
        params = optax.apply_updates(params, updates)
    new = scale.after(finite)
    return jnp.stack([forward(to(jnp.float16, params)).astype(jnp.float32), jnp.float32(new.value), jnp.float32(new.good)])
