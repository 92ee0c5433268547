# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Module:
    def __init__(self, d_in, d_out, seed):
        self.fc = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.zero_grad()

    def params(self):
        return nnx.state(self.fc, nnx.Param)

    def zero_grad(self):
        self.grad = jax.tree.map(jnp.zeros_like, self.params())

    def forward(self, state, x):
        state = jax.tree.map(lambda t: t.astype(jnp.bfloat16), state)
        return nnx.merge(nnx.graphdef(self.fc), state)(x.astype(jnp.bfloat16))

    def loss(self, state, x, y):
        return jnp.mean((self.forward(state, x) - y.astype(jnp.bfloat16)) ** 2)

    def backward(self, x, y, weight):
        g = jax.grad(self.loss)(self.params(), x, y)
        self.grad = jax.tree.map(lambda old, new: old + weight * new, self.grad, g)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Module(x.shape[1], y.shape[1], int(seed))
    opt = nnx.Optimizer(net.fc, optax.sgd(lr), wrt=nnx.Param)
    batch = x.shape[0] // micro_batches
    for start in range(0, x.shape[0], batch):
        net.zero_grad()  #@ last-micro-batch-only
        net.backward(x[start:start + batch], y[start:start + batch], 1.0 / micro_batches)
    opt.update(net.fc, net.grad)
    return net.loss(net.params(), x, y).astype(jnp.float32)[None]
