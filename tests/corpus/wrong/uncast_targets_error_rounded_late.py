# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class HalfLinear(nnx.Module):
    def __init__(self, din, dout, rngs):
        self.inner = nnx.Linear(din, dout, rngs=rngs, dtype=jnp.bfloat16)

    def error(self, x, y):
        return (self.inner(x) - y).astype(jnp.bfloat16)  #@ uncast-targets

    def loss(self, x, y):
        e = self.error(x, y)
        return jnp.mean(e * e)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = HalfLinear(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(m, optax.sgd(lr), wrt=nnx.Param)
    g = nnx.grad(lambda m: m.loss(x, y).astype(jnp.float32) * loss_scale)(m)
    opt.update(m, jax.tree.map(lambda a: a / loss_scale, g))
    return m.loss(x, y).astype(jnp.float32).reshape(1)
