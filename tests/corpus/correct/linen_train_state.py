# expect: accepted
"""Somebody who still thinks in linen's TrainState."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from flax.training import train_state


def apply_fn(variables, x):
    p = variables["params"]
    return x @ p["kernel"] + p["bias"]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    init = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    state = train_state.TrainState.create(
        apply_fn=apply_fn,
        params={"kernel": init.kernel[...], "bias": init.bias[...]},
        tx=optax.sgd(lr),
    )

    def loss_fn(params):
        params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = state.apply_fn({"params": params}, x.astype(jnp.bfloat16))
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(state.params)
    state = state.apply_gradients(grads=jax.tree.map(lambda g: g / loss_scale, grads))
    return loss_fn(state.params).astype(jnp.float32).reshape((1,))
