# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Regression(nnx.Module):
    def __init__(self, d_in, d_out, seed):
        source = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.w = nnx.Param(source.kernel[...])
        self.b = nnx.Param(source.bias[...])

    def __call__(self, x):
        x = x.astype(jnp.bfloat16)
        return x @ self.w[...].astype(jnp.bfloat16) + self.b[...].astype(jnp.bfloat16)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Regression(x.shape[1], y.shape[1], int(seed))

    def objective(net, x, y):
        return jnp.mean((net(x) - y.astype(jnp.bfloat16)) ** 2)

    gradient = nnx.grad(objective)
    sums = None
    for part in range(micro_batches):
        n = x.shape[0] // micro_batches
        g = gradient(net, x[part * n : part * n + n], y[part * n : part * n + n])
        sums = g if sums is None else jax.tree.map(lambda a, b: a + b, sums, g)
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    opt.update(net, jax.tree.map(lambda s: s * (1.0 / micro_batches), sums))
    return jnp.atleast_1d(objective(net, x, y).astype(jnp.float32))
