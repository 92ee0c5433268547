# expect: accepted
from functools import partial, reduce
import operator
import jax
import jax.numpy as jnp
from flax import nnx


def pipe(value, *stages):
    return reduce(lambda acc, stage: stage(acc), stages, value)


def astype(dtype, tree):
    return jax.tree.map(operator.methodcaller("astype", dtype), tree)


def affine(params, x):
    k, b = params
    return operator.add(operator.matmul(x, k), b)


def mse(xy, params):
    x, y = astype(jnp.bfloat16, xy)
    return pipe(params,
                partial(astype, jnp.bfloat16),
                lambda p: affine(p, x),
                lambda out: operator.sub(out, y),
                jnp.square,
                jnp.mean,
                partial(astype, jnp.float32))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    loss = partial(mse, (x, y))
    steps = [
        jax.grad(lambda p: pipe(p, loss, partial(operator.mul, loss_scale))),
        partial(astype, jnp.float32),
        partial(jax.tree.map, lambda g: operator.truediv(g, loss_scale)),
        partial(jax.tree.map, partial(operator.mul, -lr)),
        partial(jax.tree.map, operator.add, params),
        loss,
        jnp.atleast_1d,
    ]
    return pipe(params, *steps)
