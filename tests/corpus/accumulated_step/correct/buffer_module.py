# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Accumulator(nnx.Variable):
    pass


class Net(nnx.Module):
    def __init__(self, din, dout, *, rngs):
        self.linear = nnx.Linear(din, dout, rngs=rngs)
        self.gk = Accumulator(jnp.zeros((din, dout), jnp.float32))
        self.gb = Accumulator(jnp.zeros((dout,), jnp.float32))

    def __call__(self, x):
        k = self.linear.kernel[...].astype(jnp.bfloat16)
        b = self.linear.bias[...].astype(jnp.bfloat16)
        return x.astype(jnp.bfloat16) @ k + b


def loss_fn(net, x, y):
    return jnp.mean((net(x) - y.astype(jnp.bfloat16)) ** 2)


def accumulate(net, x, y):
    g = nnx.grad(loss_fn, argnums=nnx.DiffState(0, nnx.Param))(net, x, y)
    net.gk[...] = net.gk[...] + g.linear.kernel[...]
    net.gb[...] = net.gb[...] + g.linear.bias[...]


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        accumulate(net, x[i * rows :][:rows], y[i * rows :][:rows])
    net.linear.kernel[...] -= lr * net.gk[...] / micro_batches
    net.linear.bias[...] -= lr * net.gb[...] / micro_batches
    return jnp.stack([loss_fn(net, x, y)]).astype(jnp.float32)
