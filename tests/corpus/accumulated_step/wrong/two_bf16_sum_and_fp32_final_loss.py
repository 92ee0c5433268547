# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
# finding: full-precision-final-loss
# allow: low-precision-grads
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    return jnp.mean(jnp.square(x @ params["w"] + params["b"] - y))


lower = partial(jax.tree.map, lambda a: a.astype(jnp.bfloat16))
raise_ = partial(jax.tree.map, lambda a: a.astype(jnp.float32))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}
    half = lower(params)

    def add(acc, part):
        return jax.tree.map(jnp.add, acc, jax.grad(mse)(half, *lower(part))), ()  #@ low-precision-accumulator

    parts = tuple(jnp.stack(jnp.split(a, micro_batches)) for a in (x, y))
    acc, _ = jax.lax.scan(add, jax.tree.map(jnp.zeros_like, half), parts)  #@ low-precision-accumulator
    params = jax.tree.map(lambda p, g: p - lr * (g / micro_batches), params, raise_(acc))
    return mse(params, x, y).reshape(1)  #@ full-precision-final-loss
