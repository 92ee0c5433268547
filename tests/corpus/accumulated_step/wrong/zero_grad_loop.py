# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
# ported from my torch training script
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Module:
    def __init__(self, d_in, d_out, seed):
        self.net = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.graphdef, _ = nnx.split(self.net, nnx.Param)

    @property
    def state(self):
        return nnx.state(self.net, nnx.Param)

    def loss(self, state, x, y):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
        out = nnx.merge(self.graphdef, half)(x.astype(jnp.bfloat16))
        return jnp.square(out - y.astype(jnp.bfloat16)).mean()


class Optim:
    def __init__(self, module, lr):
        self.module = module
        self.inner = nnx.Optimizer(module.net, optax.sgd(lr), wrt=nnx.Param)
        self.zero_grad()

    def zero_grad(self):
        self.grad = jax.tree.map(jnp.zeros_like, self.module.state)

    def backward(self, x, y, scale):
        g = jax.grad(self.module.loss)(self.module.state, x, y)
        self.grad = jax.tree.map(lambda a, b: a + b * scale, self.grad, g)

    def step(self):
        self.inner.update(self.module.net, self.grad)


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    module = Module(x.shape[1], y.shape[1], int(seed))
    optim = Optim(module, lr)
    batch_size = x.shape[0] // micro_batches
    for start in range(0, x.shape[0], batch_size):
        optim.zero_grad()  #@ last-micro-batch-only
        stop = start + batch_size
        optim.backward(x[start:stop], y[start:stop], 1 / micro_batches)
    optim.step()
    return module.loss(module.state, x, y)[None].astype(jnp.float32)
