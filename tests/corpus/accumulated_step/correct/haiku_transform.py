# expect: accepted
from typing import Any, Callable, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Transformed(NamedTuple):
    init: Callable[..., Any]
    apply: Callable[..., Any]


def linear(n_in, n_out):
    def init(seed):
        m = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(seed))
        return {"linear": {"w": m.kernel[...], "b": m.bias[...]}}

    def apply(params, inputs):
        return inputs @ params["linear"]["w"] + params["linear"]["b"]

    return Transformed(init, apply)


def cast(tree, dtype):
    return jax.tree_util.tree_map(lambda a: jnp.asarray(a, dtype), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = linear(x.shape[-1], y.shape[-1])
    params = net.init(int(seed))
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def loss_fn(params, batch):
        params, (inputs, targets) = cast((params, batch), jnp.bfloat16)
        err = net.apply(params, inputs) - targets
        return jnp.mean(err ** 2)

    def batches():
        size = x.shape[0] // micro_batches
        for start in range(0, x.shape[0], size):
            yield x[start:start + size], y[start:start + size]

    mean_grads = cast(jax.tree_util.tree_map(jnp.zeros_like, params), jnp.float32)
    for batch in batches():
        grads = jax.grad(loss_fn)(params, batch)
        mean_grads = jax.tree_util.tree_map(lambda m, g: m + g / micro_batches, mean_grads, grads)

    updates, opt_state = tx.update(mean_grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    return cast(loss_fn(params, (x, y)), jnp.float32).reshape(1)
