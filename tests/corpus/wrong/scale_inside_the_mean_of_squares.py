# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y, weight=1.0):
    gdef, st = nnx.split(model, nnx.Param)
    m = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    err = m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    weighted = err ** 2 * weight  #@ low-precision-loss-scale
    return jnp.mean(weighted).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(mse)(model, x, y, loss_scale)
    opt.update(model, jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads))
    return mse(model, x, y).reshape(1)
