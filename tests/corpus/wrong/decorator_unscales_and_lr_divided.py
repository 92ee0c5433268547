# expect: wrong_answer
# finding: doubly-unscaled-grads
import functools
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_scaled(scale):
    def deco(fn):
        grad_fn = nnx.grad(lambda m, *a: fn(m, *a) * scale)

        @functools.wraps(fn)
        def wrapper(m, *a):
            return jax.tree.map(lambda g: g / scale, grad_fn(m, *a))  #@ doubly-unscaled-grads
        return wrapper
    return deco


def mse(m, x, y):
    gdef, st = nnx.split(m, nnx.Param)
    lo = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((lo(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr / loss_scale), wrt=nnx.Param)  #@ doubly-unscaled-grads
    grads = loss_scaled(loss_scale)(mse)(model, x, y)
    optimizer.update(model, grads)  #@ doubly-unscaled-grads
    return mse(model, x, y).reshape(1)
