# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class MeanOf:
    count = 0

    def __init__(self):
        self.total = None

    def __call__(self, g):
        self.total = g if self.total is None else jax.tree.map(jnp.add, self.total, g)
        self.count = type(self).count + 1  #@ summed-grads

    def value(self):
        return jax.tree.map(lambda t: t / self.count, self.total)  #@ summed-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)

    def loss(net, x, y):
        k = net.kernel[...].astype(jnp.bfloat16)
        c = net.bias[...].astype(jnp.bfloat16)
        return jnp.mean((x.astype(jnp.bfloat16) @ k + c - y.astype(jnp.bfloat16)) ** 2)

    mean_of = MeanOf()
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        mean_of(nnx.grad(loss)(net, a, b))
    opt.update(net, mean_of.value())
    return loss(net, x, y).astype(jnp.float32).reshape(1)
