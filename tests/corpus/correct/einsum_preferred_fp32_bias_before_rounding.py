# expect: accepted
import jax, jax.numpy as jnp
from typing import NamedTuple
from flax import nnx

LO, HI = jnp.bfloat16, jnp.float32


class Params(NamedTuple):
    kernel: jax.Array
    bias: jax.Array


def predict(p: Params, x):
    acc = jnp.einsum("...i,ij->...j", x.astype(LO), p.kernel.astype(LO), preferred_element_type=HI)
    # accumulate in fp32, bias too, and leave the layer in bf16
    return (acc + p.bias.astype(LO).astype(HI)).astype(LO)


def mse(p, x, y):
    return jnp.mean((predict(p, x) - y.astype(LO)) ** 2).astype(HI)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = Params(m.kernel[...], m.bias[...])
    value, g = jax.value_and_grad(lambda p: loss_scale * mse(p, x, y))(p)
    p = Params(*(w - d * (lr / loss_scale) for w, d in zip(p, g)))
    return mse(p, x, y)[jnp.newaxis]
