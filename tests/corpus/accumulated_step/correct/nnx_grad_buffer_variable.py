# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx


class GradBuffer(nnx.Variable):
    pass


class Counter(nnx.Variable):
    pass


class Learner(nnx.Module):
    def __init__(self, din, dout, lr, rngs):
        self.net = nnx.Linear(din, dout, rngs=rngs)
        self.gk = GradBuffer(jnp.zeros((din, dout)))
        self.gb = GradBuffer(jnp.zeros((dout,)))
        self.n = Counter(jnp.zeros(()))
        self.lr = lr

    def loss(self, net, x, y):
        pred = jnp.matmul(x, net.kernel[...].astype(jnp.bfloat16)) + net.bias[...].astype(jnp.bfloat16)
        return jnp.mean((pred - y) ** 2)

    def observe(self, x, y):
        g = nnx.grad(lambda net: self.loss(net, x, y))(self.net)
        self.gk[...] += g["kernel"][...]
        self.gb[...] += g["bias"][...]
        self.n[...] += 1

    def move(self):
        self.net.kernel[...] -= self.lr * self.gk[...] / self.n[...]
        self.net.bias[...] -= self.lr * self.gb[...] / self.n[...]


@nnx.jit
def observe(learner, x, y):
    learner.observe(x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x).astype(jnp.bfloat16), jnp.asarray(y).astype(jnp.bfloat16)
    learner = Learner(x.shape[1], y.shape[1], lr, nnx.Rngs(int(seed)))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        observe(learner, xb, yb)
    learner.move()
    return learner.loss(learner.net, x, y).astype(jnp.float32).reshape((1,))
