# expect: pitfall|wrong_answer
# finding: master-downcast
from typing import NamedTuple
import jax
import jax.numpy as jnp
from flax import nnx


class Params(NamedTuple):
    w: jax.Array
    b: jax.Array

    def astype(self, dtype):
        return Params(*(leaf.astype(dtype) for leaf in self))


def create(seed, d_in, d_out):
    lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    return Params(lin.kernel.get_value(), lin.bias.get_value())


def loss(p: Params, x, y):
    return jnp.mean((jnp.einsum('bi,io', x, p.w) + p.b - y) ** 2).astype(jnp.float32)


@jax.jit
def pure_step(p: Params, x, y, lr, scale):
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    p = p.astype(jnp.bfloat16)  #@ master-downcast
    g = jax.grad(lambda q: loss(q, x, y) * scale)(p).astype(jnp.float32)
    p = jax.tree.map(lambda a, d: a.astype(jnp.float32) - lr * (d / scale), p, g)
    return loss(p.astype(jnp.bfloat16), x, y)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    p = create(seed, x.shape[1], y.shape[1])
    return jnp.ravel(pure_step(p, x, y, jnp.float32(lr), jnp.float32(loss_scale)))
