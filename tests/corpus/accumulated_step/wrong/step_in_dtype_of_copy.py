# expect: pitfall|wrong_answer
# finding: low-precision-update
from typing import NamedTuple
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class State(NamedTuple):
    masters: dict
    half: dict


def refresh(masters):
    return State(masters, optax.tree.cast(masters, jnp.bfloat16))


def step_like(template, mean, lr):
    return jax.tree.map(lambda t, g: jnp.asarray(-lr, t.dtype) * g.astype(t.dtype), template, mean)


def loss(half, x, y):
    return jnp.mean(optax.squared_error(x @ half["kernel"] + half["bias"], y))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = refresh({"kernel": m.kernel[...], "bias": m.bias[...]})
    x, y = optax.tree.cast((x, y), jnp.bfloat16)
    total = optax.tree.zeros_like(state.masters)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = optax.tree.cast(jax.grad(loss)(state.half, xb, yb), jnp.float32)
        total = optax.tree.add(total, g)
    mean = optax.tree.scale(1.0 / micro_batches, total)
    step = step_like(state.half, mean, lr)  #@ low-precision-update
    state = refresh(optax.apply_updates(state.masters, step))
    return loss(state.half, x, y).astype(jnp.float32)[None]
