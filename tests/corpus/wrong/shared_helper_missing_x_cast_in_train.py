# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(tree):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), tree)


def mse(model16, x, y):
    return jnp.mean((model16(x).astype(jnp.bfloat16) - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def scaled(model):
        gd, st = nnx.split(model)
        return mse(nnx.merge(gd, half(st)), x, half(y)).astype(jnp.float32) * loss_scale  #@ uncast-inputs

    grads = jax.tree.map(lambda g: g / loss_scale, nnx.grad(scaled)(model))
    opt.update(model, grads)
    gd, st = nnx.split(model)
    return mse(nnx.merge(gd, half(st)), half(x), half(y)).astype(jnp.float32).reshape((1,))
