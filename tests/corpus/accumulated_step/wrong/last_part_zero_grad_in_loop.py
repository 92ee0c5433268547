# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
from flax import nnx


class Net:
    def __init__(self, seed, n_in, n_out):
        lin = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(int(seed)))
        self.p = {"w": lin.kernel[...], "b": lin.bias[...]}
        self.g = None

    def zero_grad(self):
        self.g = jax.tree.map(jnp.zeros_like, self.p)

    def loss(self, p, x, y):
        h = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
        err = x.astype(jnp.bfloat16) @ h["w"] + h["b"] - y.astype(jnp.bfloat16)
        return jnp.mean(err ** 2)

    def backward(self, x, y):
        g = jax.grad(self.loss)(self.p, x, y)
        self.g = jax.tree.map(jnp.add, self.g, g)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(seed, x.shape[1], y.shape[1])
    bs = x.shape[0] // micro_batches
    for i in range(micro_batches):
        net.zero_grad()  #@ last-micro-batch-only
        net.backward(x[i * bs:(i + 1) * bs], y[i * bs:(i + 1) * bs])
    net.p = jax.tree.map(lambda p, g: p - lr * g / micro_batches, net.p, net.g)
    return net.loss(net.p, x, y).astype(jnp.float32).reshape(1)
