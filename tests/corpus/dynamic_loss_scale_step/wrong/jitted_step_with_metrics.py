# expect: wrong_answer
# finding: stale-loss
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx


class TrainState(NamedTuple):
    params: Any
    scale: jax.Array
    good: jax.Array


def mse16(params, batch):
    h = jax.tree.map(lambda a: a.astype(jnp.float16), {"p": params, **batch})
    return jnp.mean(jnp.square(h["x"] @ h["p"]["k"] + h["p"]["b"] - h["y"]))


@jax.jit
def train_step(state, batch, lr, interval):
    metrics = {"loss": mse16(state.params, batch)}  #@ stale-loss
    grads = jax.grad(lambda p: mse16(p, batch).astype(jnp.float32) * state.scale)(state.params)
    grads = jax.tree.map(lambda g: g / state.scale, grads)
    finite = jnp.stack([jnp.isfinite(g).all() for g in jax.tree.leaves(grads)]).all()
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), state.params, grads)
    grow = finite & (state.good + 1 == interval)
    scale = jnp.where(finite, state.scale, jnp.maximum(state.scale / 2, 1.0))
    scale = jnp.where(grow, jnp.minimum(scale * 2, 2.0**24), scale)
    good = jnp.where(finite & ~grow, state.good + 1, 0)
    return TrainState(params, scale, good), metrics


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = TrainState({"k": lin.kernel[...], "b": lin.bias[...]}, jnp.float32(loss_scale), jnp.int32(good_steps))
    state, metrics = train_step(state, {"x": x, "y": y}, lr, growth_interval)
    return jnp.stack(
        [
            metrics["loss"].astype(jnp.float32),  #@ stale-loss
            state.scale,
            state.good.astype(jnp.float32),
        ]
    )
