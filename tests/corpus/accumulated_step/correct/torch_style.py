# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = None


class MSELoss:
    def __call__(self, prediction, target):
        return ((prediction - target) ** 2).mean()


class LinearModule:
    def __init__(self, n_in, n_out, seed):
        inner = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(seed))
        self.weight = Parameter(inner.kernel[...])
        self.bias = Parameter(inner.bias[...])
        self.criterion = MSELoss()

    def parameters(self):
        return [self.weight, self.bias]

    def loss(self, values, xb, yb):
        weight, bias = [v.astype(jnp.bfloat16) for v in values]
        out = xb.astype(jnp.bfloat16) @ weight + bias
        return self.criterion(out, yb.astype(jnp.bfloat16))

    def backward(self, xb, yb):
        grads = jax.grad(self.loss)([p.data for p in self.parameters()], xb, yb)
        for p, g in zip(self.parameters(), grads):
            p.grad = g if p.grad is None else p.grad + g


class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def zero_grad(self):
        for p in self.params:
            p.grad = None

    def step(self):
        for p in self.params:
            p.data = p.data - self.lr * p.grad


def accumulated_step(seed, x, y, lr, micro_batches):
    model = LinearModule(x.shape[1], y.shape[1], int(seed))
    optimizer = SGD(model.parameters(), lr)
    optimizer.zero_grad()
    chunk = x.shape[0] // micro_batches
    for i in range(micro_batches):
        model.backward(x[i * chunk:(i + 1) * chunk], y[i * chunk:(i + 1) * chunk])
    for p in model.parameters():
        p.grad = p.grad / micro_batches
    optimizer.step()
    loss = model.loss([p.data for p in model.parameters()], x, y)
    return loss.astype(jnp.float32).reshape((1,))
