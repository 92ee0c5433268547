# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax, jax.numpy as jnp
from flax import nnx


class Param:
    def __init__(self, data):
        self.data = data
        self.half = data.astype(jnp.bfloat16)
        self.zero_grad()

    def zero_grad(self):
        self.grad = jnp.zeros_like(self.half)

    def add_(self, g):
        self.grad = self.grad.at[...].add(g.astype(self.grad.dtype))  #@ low-precision-accumulator


class Net:
    def __init__(self, src):
        self.w, self.b = Param(src.kernel[...]), Param(src.bias[...])

    def loss(self, w, b, x, y):
        return jnp.square(x @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - y).mean()

    def backward(self, x, y):
        gw, gb = jax.grad(self.loss, argnums=(0, 1))(self.w.data, self.b.data, x, y)
        self.w.add_(gw)
        self.b.add_(gb)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        net.backward(xb, yb)
    for p in (net.w, net.b):
        p.data = p.data - lr * p.grad.astype(jnp.float32) / micro_batches
    return net.loss(net.w.data, net.b.data, x, y).astype(jnp.float32).reshape(1)
