# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Weight(nnx.Param):
    pass


class HalfOptimizer(nnx.Optimizer):
    """keeps what the model reads in the format that the model reads"""

    def update(self, model, grads, /, **kwargs):
        super().update(model, grads, **kwargs)
        fresh = nnx.state(model, self.wrt)
        nnx.update(model, jax.tree.map(lambda a: jax.lax.reduce_precision(a, 8, 7), fresh))  #@ master-downcast


class Net(nnx.Module):
    def __init__(self, i, o, rngs):
        lin = nnx.Linear(i, o, rngs=rngs)
        self.kernel, self.bias = Weight(lin.kernel[...]), Weight(lin.bias[...])

    def __call__(self, x):
        return x @ self.kernel[...].astype(x.dtype) + self.bias[...].astype(x.dtype)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    net = Net(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = HalfOptimizer(net, optax.sgd(lr), wrt=Weight)
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    loss = lambda m: jnp.mean(jnp.square(m(xb) - yb)).astype(jnp.float32)
    grads = nnx.grad(lambda m: loss(m) * loss_scale, argnums=nnx.DiffState(0, Weight))(net)
    opt.update(net, jax.tree.map(lambda g: g / loss_scale, grads))
    return loss(net)[None]
