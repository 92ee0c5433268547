# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
"""PyTorch style: parameters with a .grad that backward() adds to."""
import jax
import jax.numpy as jnp
from flax import nnx


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = None

    def half(self):
        return self.data.astype(jnp.bfloat16)

    def accumulate(self, grad):
        if self.grad is None:
            self.grad = grad
        else:
            self.grad = self.grad + grad  #@ low-precision-accumulator


class LinearNet:
    def __init__(self, d_in, d_out, seed):
        layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.weight = Parameter(layer.kernel[...])
        self.bias = Parameter(layer.bias[...])

    def parameters(self):
        return [self.weight, self.bias]

    @staticmethod
    def functional_loss(tensors, x, y):
        weight, bias = tensors
        out = x @ weight + bias
        return jnp.mean((out - y) ** 2)

    def loss(self, x, y):
        return self.functional_loss([p.half() for p in self.parameters()], x, y)

    def backward(self, x, y):
        working = [p.half() for p in self.parameters()]
        for p, g in zip(self.parameters(), jax.grad(self.functional_loss)(working, x, y)):
            p.accumulate(g)


class SGD:
    def __init__(self, parameters, lr):
        self.parameters = parameters
        self.lr = lr

    def step(self, n_accumulated):
        for p in self.parameters:
            mean = p.grad.astype(jnp.float32) / n_accumulated
            p.data = p.data - self.lr * mean


def accumulated_step(seed, x, y, lr, micro_batches):
    x = jnp.asarray(x, dtype=jnp.bfloat16)
    y = jnp.asarray(y, dtype=jnp.bfloat16)
    net = LinearNet(x.shape[1], y.shape[1], int(seed))
    optimizer = SGD(net.parameters(), lr)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        net.backward(xb, yb)
    optimizer.step(micro_batches)
    return net.loss(x, y).astype(jnp.float32).reshape(1)
