# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax.flatten_util import ravel_pytree


class GradientTape:
    """keeps all gradients and gives their mean"""

    def __init__(self, like):
        self.dtype = like.dtype
        self.log = []

    def write(self, g):
        self.log.append(g)

    def read(self):
        total = jnp.float32(0)
        for g in self.log:
            total = total + g
        mean = total / len(self.log)
        return mean.astype(self.dtype).astype(jnp.float32)  #@ low-precision-accumulator, low-precision-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    theta, unravel = ravel_pytree(st)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def f(theta, a, b):
        net = nnx.merge(gd, unravel(theta))
        gd2, s2 = nnx.split(net)
        net16 = nnx.merge(gd2, jax.tree.map(lambda v: v.astype(jnp.bfloat16), s2))
        r = net16(a) - b
        return (r * r).mean()

    tape = GradientTape(like=x)  #@ low-precision-accumulator, low-precision-grads
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        tape.write(jax.grad(f)(theta, a, b))
    theta = theta - np.float32(lr) * tape.read()
    return f(theta, x, y).reshape(1).astype(jnp.float32)
