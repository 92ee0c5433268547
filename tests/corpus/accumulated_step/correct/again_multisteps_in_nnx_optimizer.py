# expect: accepted
import jax.numpy as jnp
import optax
from flax import nnx


class HalfLinear(nnx.Module):
    """Float32 parameters, bfloat16 arithmetic."""

    def __init__(self, d_in, d_out, rngs):
        self.lin = nnx.Linear(d_in, d_out, rngs=rngs)

    def __call__(self, x):
        w = self.lin.kernel[...].astype(jnp.bfloat16)
        b = self.lin.bias[...].astype(jnp.bfloat16)
        return jnp.matmul(x, w) + b


def accumulated_step(seed, x, y, lr, micro_batches):
    net = HalfLinear(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    tx = optax.MultiSteps(optax.sgd(lr), micro_batches).gradient_transformation()
    opt = nnx.Optimizer(net, tx, wrt=nnx.Param)
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(net, a, b):
        return jnp.mean((net(a) - b) ** 2)

    for a, b in zip(jnp.split(xh, micro_batches), jnp.split(yh, micro_batches)):
        _, g = nnx.value_and_grad(loss_fn)(net, a, b)
        opt.update(net, g)
    return jnp.reshape(loss_fn(net, xh, yh), (1,)).astype("float32")
