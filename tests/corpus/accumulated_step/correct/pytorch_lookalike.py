# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = None


class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def zero_grad(self):
        for p in self.params:
            p.grad = None

    def step(self):
        for p in self.params:
            p.data = p.data - self.lr * p.grad


class Net:
    def __init__(self, d_in, d_out, seed):
        lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.weight = Parameter(lin.kernel[...])
        self.bias = Parameter(lin.bias[...])

    def parameters(self):
        return [self.weight, self.bias]

    @staticmethod
    def autocast(t):
        return t.astype(jnp.bfloat16)

    def loss(self, values, x, y):
        w, b = values
        c = self.autocast
        out = c(x) @ c(w) + c(b)
        return ((out - c(y)) ** 2).mean()

    def backward(self, x, y, scale=1.0):
        grads = jax.grad(self.loss)([p.data for p in self.parameters()], x, y)
        for p, g in zip(self.parameters(), grads):
            g = g * scale
            p.grad = g if p.grad is None else p.grad + g


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(x.shape[1], y.shape[1], int(seed))
    opt = SGD(net.parameters(), lr)
    opt.zero_grad()
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        net.backward(xb, yb, scale=1.0 / micro_batches)
    opt.step()
    loss = net.loss([p.data for p in net.parameters()], x, y)
    return loss.astype(jnp.float32).reshape(1)
