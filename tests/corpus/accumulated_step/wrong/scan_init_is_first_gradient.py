# expect: wrong_answer
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, batch):
    x, y = batch
    p = [a.astype(jnp.bfloat16) for a in params]
    return jnp.mean((x @ p[0] + p[1] - y) ** 2)


@partial(jax.jit, static_argnames="m")
def step(params, data, lr, m):
    parts = jax.tree.map(lambda a: a.reshape(m, -1, a.shape[1]), data)
    # starts with the right structure and dtype without having to write zeros
    init = jax.grad(loss)(params, jax.tree.map(lambda a: a[0], parts))
    total, _ = jax.lax.scan(lambda acc, b: (jax.tree.map(jnp.add, acc, jax.grad(loss)(params, b)), None), init, parts)
    params = jax.tree.map(lambda p, t: p - lr * t / m, params, total)
    return loss(params, data)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    data = (x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))
    return step([lin.kernel[...], lin.bias[...]], data, lr, m=micro_batches).astype(jnp.float32)[None]
