# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Runner:
    dtype = jnp.bfloat16

    def cast(self, t):
        return jax.tree.map(lambda a: a.astype(self.dtype), t)

    def mse(self, m, x, y):
        gdef, st = nnx.split(m, nnx.Param)
        return jnp.mean((nnx.merge(gdef, self.cast(st))(self.cast(x)) - self.cast(y)) ** 2)

    def run(self, seed, x, y, lr, s):
        m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
        opt = nnx.Optimizer(m, optax.sgd(lr), wrt=nnx.Param)
        g = nnx.grad(lambda m: self.mse(m, x, y).astype(jnp.float32) * s)(m)
        opt.update(m, jax.tree.map(lambda t: t / s, g))
        return jnp.full((1,), self.mse(m, x, y), self.dtype)  #@ wrong-output-dtype


def mixed_precision_step(seed, x, y, lr, loss_scale):
    return Runner().run(seed, x, y, lr, loss_scale)
