# expect: accepted
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.linear = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=rngs)

    def __call__(self, x):
        return self.linear(x)


def loss_fn(net, x, y):
    return jnp.mean((net(x) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    tx = optax.chain(optax.scale(1.0 / micro_batches), optax.sgd(lr))
    opt = nnx.Optimizer(net, tx, wrt=nnx.Param)
    grads = [
        nnx.grad(loss_fn)(net, xb, yb)
        for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches), strict=True)
    ]
    opt.update(net, functools.reduce(lambda a, b: jax.tree.map(jnp.add, a, b), grads))
    return loss_fn(net, x, y).astype(jnp.float32).reshape(1)
