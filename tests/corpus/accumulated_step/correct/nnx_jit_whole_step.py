# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, d_in, d_out, rngs):
        self.linear = nnx.Linear(d_in, d_out, rngs=rngs)

    def __call__(self, x):
        return self.linear(x)


def half(module):
    graph, state = nnx.split(module)
    return nnx.merge(graph, jax.tree.map(lambda a: a.astype(jnp.bfloat16), state))


def loss_fn(net, x, y):
    return jnp.mean(jnp.square(half(net)(x) - y))


@partial(nnx.jit, static_argnames="micro_batches")
def step(net, opt, x, y, micro_batches):
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(net, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        _, g = nnx.value_and_grad(loss_fn)(net, xb, yb)
        acc = jax.tree.map(jnp.add, acc, g)
    opt.update(net, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(net, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    net = Net(x.shape[1], y.shape[1], nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(net, optax.sgd(lr), wrt=nnx.Param)
    loss = step(net, opt, x, y, micro_batches=micro_batches)
    return loss.astype(jnp.float32)[None]
