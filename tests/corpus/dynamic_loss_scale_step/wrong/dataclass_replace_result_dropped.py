# expect: wrong_answer
# finding: scale-not-reduced
import dataclasses

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@dataclasses.dataclass(frozen=True)
class ScaleState:
    scale: float
    count: int

    def halve(self):
        return dataclasses.replace(self, scale=max(self.scale / 2, 1.0))

    def double(self):
        return dataclasses.replace(self, scale=min(self.scale * 2, 2.0**24))

    def with_count(self, n):
        return dataclasses.replace(self, count=n)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.float16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    state = ScaleState(loss_scale, good_steps)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def mse(model):
        return jnp.mean(jnp.square(model(x) - y))

    grads = nnx.grad(lambda m: mse(m).astype(jnp.float32) * state.scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(jnp.isfinite(g).all() for g in jax.tree.leaves(grads)):
        optimizer.update(model, grads)
        state = state.with_count(state.count + 1)
        if state.count == growth_interval:
            state = state.double().with_count(0)
    else:
        state.halve()  #@ scale-not-reduced
        state = state.with_count(0)
    return jnp.array([mse(model).astype(jnp.float32), state.scale, state.count], dtype=jnp.float32)
