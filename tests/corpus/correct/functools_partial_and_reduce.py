# expect: accepted
import functools
import operator

import jax
import jax.numpy as jnp
from flax import nnx

to_half = functools.partial(jax.tree.map, functools.partial(jax.lax.convert_element_type, new_dtype=jnp.bfloat16))


def compose(*fs):
    return functools.reduce(lambda f, g: lambda *a: g(f(*a)), fs)


def predict(params, x):
    kernel, bias = params
    return operator.add(operator.matmul(x, kernel), bias)


def squared_error(params, batch):
    x, y = batch
    return jnp.mean(jnp.power(predict(params, x) - y, 2))


def sgd(lr, param, grad):
    return param - lr * grad


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = (layer.kernel[...], layer.bias[...])
    loss = lambda master: squared_error(to_half(master), to_half((x, y)))
    scaled = compose(loss, lambda v: v.astype(jnp.float32), functools.partial(operator.mul, loss_scale))
    unscale = functools.partial(jax.tree.map, lambda g: operator.truediv(g, loss_scale))
    grads = compose(jax.grad(scaled), unscale)(master)
    master = jax.tree.map(functools.partial(sgd, lr), master, grads)
    return compose(loss, jnp.float32, jnp.atleast_1d)(master)
