# expect: accepted
import jax, jax.numpy as jnp, optax
from flax import nnx


class Master(nnx.Param):
    """float32, lives from step to step"""


class Frozen(nnx.Variable):
    pass


class Wrapped(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        inner = nnx.Linear(d_in, d_out, rngs=rngs)
        self.w = Master(inner.kernel[...])
        self.b = Master(inner.bias[...])
        self.calls = Frozen(jnp.zeros((), jnp.bfloat16))   # a counter, bf16 is plenty

    def __call__(self, x):
        dt = x.dtype
        return jnp.einsum('ni,io->no', x, self.w.astype(dt)) + self.b[...].astype(dt)


def mse(net, x, y):
    return jnp.mean(jnp.square(net(x) - y))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = Wrapped(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=Master)
    x, y = x.astype('bfloat16'), y.astype('bfloat16')

    @nnx.grad(argnums=nnx.DiffState(0, Master))
    def g(n):
        n.calls[...] += 1
        return mse(n, x, y).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda a: a.astype(jnp.float32) / loss_scale, g(net))
    opt.update(net, grads)
    return jnp.atleast_1d(mse(net, x, y).astype(jnp.float32))
