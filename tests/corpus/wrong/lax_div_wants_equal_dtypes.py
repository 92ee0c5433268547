# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from jax import lax
from flax import nnx


def unscale(grads, scale):
    # lax.div refuses mixed dtypes, so bring the scale to the gradient's
    return jax.tree.map(lambda g: lax.div(g, lax.full_like(g, scale)), grads)  #@ low-precision-unscale


def mixed_precision_step(seed, x, y, lr, loss_scale):
    master = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(master, optax.sgd(lr), wrt=nnx.Param)
    xs, ys = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def shadow():
        gdef, st = nnx.split(master)
        return nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))

    def mse(net):
        return jnp.mean((net(xs) - ys) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda net: mse(net) * loss_scale)(shadow())
    grads = unscale(grads, loss_scale)
    optimizer.update(master, jax.tree.map(lambda g: g.astype(jnp.float32), grads))
    return mse(shadow()).reshape(1)
