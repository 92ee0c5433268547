# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# allow: low-precision-grads
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean((x @ half["w"] + half["b"] - y) ** 2)


@partial(jax.jit, static_argnames=["parts"])
def mean_gradient(params, x, y, *, parts):
    xs = x.reshape(parts, -1, x.shape[1])
    ys = y.reshape(parts, -1, y.shape[1])

    def add(acc, g):
        # add in float32, store in half the memory
        return (acc.astype(jnp.float32) + g).astype(acc.dtype)  #@ low-precision-accumulator

    def body(acc, batch):
        return jax.tree.map(add, acc, jax.grad(loss)(params, *batch)), None

    init = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.bfloat16), params)  #@ low-precision-accumulator
    acc, _ = jax.lax.scan(body, init, (xs, ys))
    return jax.tree.map(lambda a: a.astype(jnp.float32) / parts, acc)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    g = mean_gradient(params, x, y, parts=micro_batches)
    params = jax.tree.map(lambda p, d: p - lr * d, params, g)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
