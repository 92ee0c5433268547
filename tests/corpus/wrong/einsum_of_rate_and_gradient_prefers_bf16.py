# expect: pitfall|wrong_answer
# finding: low-precision-update
from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx

half = jax.tree_util.Partial(jax.tree.map, lambda a: a.astype(jnp.bfloat16))


def mse(params, x, y):
    p, a, t = half((params, x, y))
    return jnp.mean((jnp.einsum("ni,io->no", a, p.kernel) + p.bias - t) ** 2)


class Affine(NamedTuple):
    kernel: jax.Array
    bias: jax.Array


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = Affine(lin.kernel[...], lin.bias[...])
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    step = jax.tree.map(
        lambda g: jnp.einsum(",...->...", jnp.float32(lr), g, preferred_element_type=jnp.bfloat16),  #@ low-precision-update
        grads,
    )
    params = jax.tree.map(jnp.subtract, params, step)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
