# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import train_state
from typing import Any


class HalfState(train_state.TrainState):
    loss_scale: Any
    good_steps: Any


def forward16(params, x):
    params = jax.tree.map(lambda p: p.astype(jnp.float16), params)
    return x.astype(jnp.float16) @ params["kernel"] + params["bias"]


def loss16(params, apply_fn, x, y):
    return jnp.mean((apply_fn(params, x) - y.astype(jnp.float16)) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = HalfState.create(
        apply_fn=forward16,
        params={"kernel": lin.kernel[...], "bias": lin.bias[...]},
        tx=optax.sgd(lr),
        loss_scale=loss_scale,
        good_steps=good_steps,
    )

    def objective(params):
        return loss16(params, state.apply_fn, x, y).astype(jnp.float32) * state.loss_scale

    grads = jax.grad(objective)(state.params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / state.loss_scale, grads)
    finite = jax.tree.all(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads))

    if not finite:
        state = state.replace(loss_scale=max(state.loss_scale / 2, 1.0), good_steps=0)
    else:
        state = state.apply_gradients(grads=grads)
        state = state.replace(good_steps=state.good_steps + 1)
        if state.good_steps >= growth_interval:
            state = state.replace(loss_scale=min(state.loss_scale * 2, 2.0**24), good_steps=0)

    final = loss16(state.params, state.apply_fn, x, y)
    return jnp.array([final.astype(jnp.float32), state.loss_scale, state.good_steps], jnp.float32)
