# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
"""Wrong: gradients of the bfloat16 copy are added up as they are, and only the finished sum is cast to float32."""
import functools
import operator

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to(dtype, tree):
    return jax.tree.map(lambda a: a.astype(dtype), tree)


def mse(model, x, y):
    return jnp.square(model(x) - y).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, to(jnp.bfloat16, state))
    x, y = to(jnp.bfloat16, (x, y))

    grads = [nnx.grad(mse)(half, *part) for part in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    total = functools.reduce(functools.partial(jax.tree.map, operator.add), grads)  #@ low-precision-accumulator
    opt.update(model, jax.tree.map(lambda g: g / micro_batches, to(jnp.float32, total)))

    new = nnx.merge(graphdef, to(jnp.bfloat16, nnx.state(model, nnx.Param)))
    return mse(new, x, y).astype(jnp.float32).reshape(1)
