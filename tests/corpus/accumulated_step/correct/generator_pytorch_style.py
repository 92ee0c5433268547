# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


class Parameter:
    def __init__(self, data):
        self.data, self.grad = data, None


class SGD:
    def __init__(self, parameters, lr):
        self.parameters, self.lr = list(parameters), lr

    def zero_grad(self):
        for p in self.parameters:
            p.grad = jnp.zeros_like(p.data)

    def step(self):
        for p in self.parameters:
            p.data = p.data - self.lr * p.grad


def loader(x, y, parts):
    rows = x.shape[0] // parts
    for k in range(parts):
        yield x[k * rows:(k + 1) * rows], y[k * rows:(k + 1) * rows]


def criterion(weight, bias, xb, yb):
    weight, bias, xb, yb = (t.astype(jnp.bfloat16) for t in (weight, bias, xb, yb))
    return jnp.mean((xb @ weight + bias - yb) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weight, bias = Parameter(net.kernel[...]), Parameter(net.bias[...])
    optimizer = SGD([weight, bias], lr)
    optimizer.zero_grad()
    for xb, yb in loader(x, y, micro_batches):
        backward = jax.grad(lambda w, b: criterion(w, b, xb, yb) / micro_batches, argnums=(0, 1))
        for p, g in zip((weight, bias), backward(weight.data, bias.data)):
            p.grad += g
    optimizer.step()
    return criterion(weight.data, bias.data, x, y).astype(jnp.float32).reshape(1)
