# expect: wrong_answer|pitfall
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def floating(bits):
    """The floating point type with so many bits."""
    return jnp.dtype(f"float{bits}")  #@ wrong-half-dtype


class Net(nnx.Module):
    def __init__(self, n, m, bits, rngs):
        self.bfloat16 = floating(bits)
        self.lin = nnx.Linear(n, m, dtype=self.bfloat16, rngs=rngs)  #@ wrong-half-dtype

    def loss(self, x, y):
        return jnp.mean((self.lin(x) - y.astype(self.bfloat16)) ** 2)  #@ wrong-half-dtype


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = Net(x.shape[1], y.shape[1], 16, nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    g = nnx.grad(lambda n: n.loss(x, y).astype(floating(32)) * loss_scale)(net)
    opt.update(net, jax.tree.map(lambda v: v / loss_scale, g))
    return net.loss(x, y).astype(floating(32)).reshape(1)
