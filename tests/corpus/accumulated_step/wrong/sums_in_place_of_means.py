# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.out = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, rngs=rngs)

    def __call__(self, x):
        return self.out(x)

    def loss(self, x, y):
        return jnp.sum((self(x) - y.astype(jnp.bfloat16)) ** 2)


class Accumulator:
    def __init__(self, model):
        self.sum = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
        self.count = 0

    def add(self, grads):
        self.sum = jax.tree.map(lambda s, g: s + g, self.sum, grads)
        self.count += 1

    def mean(self):
        return jax.tree.map(lambda s: s / self.count, self.sum)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    accumulator = Accumulator(net)
    size = x.shape[0] // micro_batches
    for start in range(0, x.shape[0], size):
        xb, yb = x[start : start + size], y[start : start + size]
        accumulator.add(nnx.grad(lambda m: m.loss(xb, yb))(net))
    opt.update(net, accumulator.mean())
    return net.loss(x, y).astype(jnp.float32).reshape(1)
