# expect: pitfall|wrong_answer
# finding: master-downcast
import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


@dataclasses.dataclass
class State:
    kernel: jax.Array
    bias: jax.Array

    @classmethod
    def create(cls, seed, d_in, d_out):
        lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        return cls(lin.kernel[...].astype(jnp.bfloat16), lin.bias[...].astype(jnp.bfloat16))  #@ master-downcast


def mixed_precision_step(seed, x, y, lr, loss_scale):
    state = State.create(int(seed), x.shape[1], y.shape[1])  #@ master-downcast
    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(kernel, bias):
        return jnp.mean((x16 @ kernel + bias - y16) ** 2)

    def scaled(kernel, bias):
        return loss(kernel, bias).astype(jnp.float32) * loss_scale

    gk, gb = jax.grad(scaled, argnums=(0, 1))(state.kernel, state.bias)
    gk, gb = gk.astype(jnp.float32) / loss_scale, gb.astype(jnp.float32) / loss_scale
    assert np.all(np.isfinite(np.asarray(gk))), "overflow"
    kernel = state.kernel.astype(jnp.float32) - lr * gk
    bias = state.bias.astype(jnp.float32) - lr * gb
    final = loss(kernel.astype(jnp.bfloat16), bias.astype(jnp.bfloat16))
    assert final.item() == final.item()
    return final.astype(jnp.float32).reshape((1,))
