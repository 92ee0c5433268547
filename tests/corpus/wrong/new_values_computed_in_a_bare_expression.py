# expect: wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
from flax import nnx


def loss_of(model, x, y):
    gdef, st = nnx.split(model, nnx.Param)
    half = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2).astype(jnp.float32)


def sgd_(param, grad, lr):
    param = param - lr * grad  #@ update-discarded


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    grads = nnx.grad(lambda m: loss_of(m, x, y) * loss_scale)(model)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    for param, grad in ((model.kernel[...], grads["kernel"][...]), (model.bias[...], grads["bias"][...])):
        sgd_(param, grad, lr)  #@ update-discarded
    return loss_of(model, x, y).reshape(1)
