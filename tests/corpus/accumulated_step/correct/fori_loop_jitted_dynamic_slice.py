# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import lax


def loss(params, x, y):
    params, x, y = optax.tree.cast((params, x, y), jnp.bfloat16)
    return jnp.mean((x @ params["w"] + params["b"] - y) ** 2)


@partial(jax.jit, static_argnames="k")
def run(params, x, y, lr, k):
    n = x.shape[0] // k

    def body(i, acc):
        xi = lax.dynamic_slice_in_dim(x, i * n, n)
        yi = lax.dynamic_slice_in_dim(y, i * n, n)
        return optax.tree.add(acc, jax.grad(loss)(params, xi, yi))

    total = lax.fori_loop(0, k, body, optax.tree.zeros_like(params))
    tx = optax.chain(optax.scale(4.0), optax.scale(0.25 / k), optax.sgd(lr))
    updates, _ = tx.update(total, tx.init(params), params)
    return loss(optax.apply_updates(params, updates), x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return run({"w": m.kernel[...], "b": m.bias[...]}, x, y, lr, micro_batches).astype(jnp.float32)[None]
