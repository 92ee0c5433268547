# expect: pitfall
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class StaticLossScale:
    def __init__(self, value):
        self.value = value

    def scale(self, tree):
        return jax.tree.map(lambda t: t * jnp.asarray(self.value, t.dtype), tree)  #@ low-precision-loss-scale

    def unscale(self, tree):
        inv = 1.0 / self.value
        return jax.tree.map(lambda t: t * jnp.asarray(inv, t.dtype), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    ls = StaticLossScale(loss_scale)
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def loss_fn(model):
        return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)

    grads = nnx.grad(lambda m: ls.scale(loss_fn(m)))(model)  #@ low-precision-loss-scale
    opt.update(model, ls.unscale(grads))
    return loss_fn(model).astype(jnp.float32).reshape((1,))
