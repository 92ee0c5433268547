# expect: pitfall|wrong_answer
# finding: master-downcast
import dataclasses
import jax
import jax.numpy as jnp
import optax
from typing import NamedTuple
from flax import nnx

half = jnp.bfloat16


class Net(NamedTuple):
    kernel: jax.Array
    bias: jax.Array


def to(t, dtype):
    return jax.tree.map(lambda v: v.astype(dtype), t)


def restored(small):
    return jax.tree.map(lambda v: v.astype(jnp.float32), small)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    xs, ys = x.astype(half), y.astype(half)

    def loss(p):
        return jnp.mean((xs @ p["kernel"] + p["bias"] - ys) ** 2)

    masters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    small = to(masters, half)
    masters = to(small, jnp.float32)  #@ master-downcast
    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(small)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    masters = jax.tree.map(lambda m, g: m - lr * g, masters, grads)
    return loss({"kernel": masters["kernel"].astype(half), "bias": masters["bias"].astype(half)}).astype(jnp.float32).reshape(1)
