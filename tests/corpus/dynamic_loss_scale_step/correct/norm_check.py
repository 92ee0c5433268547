# expect: accepted
import dataclasses

import jax
import jax.numpy as jnp
from flax import nnx


@dataclasses.dataclass(frozen=True)
class ScaleState:
    value: float
    good: int

    def after(self, finite, interval):
        if not finite:
            return ScaleState(max(self.value / 2.0, 1.0), 0)
        if self.good + 1 < interval:
            return dataclasses.replace(self, good=self.good + 1)
        return ScaleState(min(self.value * 2.0, float(2**24)), 0)


def norm(tree):
    return jnp.sqrt(sum(jnp.sum(jnp.square(t)) for t in jax.tree.leaves(tree)))


def apply_linear(p, x):
    return x @ p["kernel"] + p["bias"]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    state = ScaleState(loss_scale, good_steps)
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))

    def loss_fn(params, x, y, scale=None):
        params, x, y = jax.tree.map(lambda a: a.astype(jnp.float16), (params, x, y))
        loss = jnp.mean((apply_linear(params, x) - y) ** 2).astype(jnp.float32)
        return loss if scale is None else loss * scale

    grads = jax.grad(loss_fn)(params, x, y, state.value)
    grads = jax.tree.map(lambda g: g / state.value, grads)
    finite = bool(jnp.isfinite(norm(grads)))
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    state = state.after(finite, growth_interval)
    return jnp.array([loss_fn(params, x, y), state.value, state.good], dtype=jnp.float32)
