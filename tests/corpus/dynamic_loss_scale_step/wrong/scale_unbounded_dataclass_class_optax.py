# expect: pitfall|wrong_answer
# finding: scale-unbounded
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import optax
from flax import nnx

LOWEST = 2.0**-24  #@ scale-unbounded
HIGHEST = 2.0**24


@dataclass(frozen=True)
class Scale:
    value: float
    good: int

    def next(self, finite, interval):
        n = self.good + 1
        if not finite:
            return replace(self, value=max(self.value / 2, LOWEST), good=0)  #@ scale-unbounded
        if n == interval:
            return replace(self, value=min(self.value * 2, HIGHEST), good=0)
        return replace(self, good=n)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    scale = Scale(loss_scale, good_steps)
    tx = optax.sgd(lr)
    x16, y16 = (a.astype(jnp.float16) for a in (x, y))

    def loss(params):
        model = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.float16), params))
        return jnp.mean((model(x16) - y16) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale.value)(params)
    grads = jax.tree.map(lambda g: g / scale.value, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    if finite:
        params = optax.apply_updates(params, tx.update(grads, tx.init(params))[0])
    scale = scale.next(finite, growth_interval)
    return jnp.array([loss(params), scale.value, scale.good], dtype=jnp.float32)
