# expect: accepted
"""Right: a registered dataclass holds masters and sum, a match statement treats the first part apart."""
import dataclasses

import jax
import jax.numpy as jnp
from flax import nnx


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Params:
    kernel: jax.Array
    bias: jax.Array

    def half(self):
        return jax.tree.map(lambda a: a.astype(jnp.bfloat16), self)

    def __add__(self, other):
        return jax.tree.map(jnp.add, self, other)

    def __rmul__(self, factor):
        return jax.tree.map(lambda a: factor * a, self)


def loss(params, x, y):
    p = params.half()
    d = x.astype(jnp.bfloat16) @ p.kernel + p.bias - y.astype(jnp.bfloat16)
    return jnp.mean(d * d)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = Params(lin.kernel[...], lin.bias[...])
    total = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(params, xb, yb)
        match total:
            case None:
                total = g
            case Params():
                total = total + g
    mean = (1.0 / micro_batches) * total
    params = params + (-float(lr)) * mean
    return jnp.full((1,), loss(params, x, y), jnp.float32)
