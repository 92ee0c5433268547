# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx

BF16 = jnp.bfloat16


def to_half(tree):
    return jax.tree.map(lambda leaf: leaf.astype(BF16), tree)


def mse(params, batch):
    params, (x, y) = to_half(params), to_half(batch)
    residual = x @ params["w"] + params["b"] - y
    return jnp.mean(jnp.square(residual))


@partial(jax.jit, static_argnames="micro_batches")
def sgd_step(params, x, y, lr, micro_batches):
    def cut(a):
        return a.reshape(micro_batches, -1, a.shape[-1])

    def body(acc, part):
        return jax.tree.map(jnp.add, acc, jax.grad(mse)(params, part)), None

    acc, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), (cut(x), cut(y)))
    return jax.tree.map(lambda p, a: p - lr * (a / micro_batches), params, acc)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    params = sgd_step(params, x, y, lr, micro_batches)
    return mse(params, (x, y)).astype(jnp.float32).reshape(1)
