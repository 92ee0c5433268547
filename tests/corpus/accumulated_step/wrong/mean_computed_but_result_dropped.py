# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Trainer:
    def __init__(self, din, dout, seed, lr):
        self.net = nnx.Linear(din, dout, rngs=nnx.Rngs(seed))
        self.tx = nnx.Optimizer(self.net, optax.sgd(lr), wrt=nnx.Param)
        self.grads = jax.tree.map(jnp.zeros_like, nnx.state(self.net, nnx.Param))

    def loss(self, net, x, y):
        a, b = nnx.split(net)
        net = nnx.merge(a, jax.tree.map(lambda t: t.astype(jnp.bfloat16), b))
        return jnp.mean((net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    def backward(self, x, y):
        self.grads = jax.tree.map(jnp.add, self.grads, nnx.grad(self.loss)(self.net, x, y))

    def average_(self, n):
        """in place, therefore the underscore"""
        jax.tree.map(lambda g: g / n, self.grads)  #@ summed-grads

    def step(self):
        self.tx.update(self.net, self.grads)  #@ summed-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    t = Trainer(x.shape[1], y.shape[1], int(seed), lr)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        t.backward(xb, yb)
    t.average_(micro_batches)
    t.step()
    return t.loss(t.net, x, y).astype(jnp.float32).reshape(1)
