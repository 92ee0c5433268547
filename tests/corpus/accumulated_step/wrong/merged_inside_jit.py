# expect: pitfall|wrong_answer
# finding: update-discarded
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


@partial(jax.jit, static_argnames=("graphdef", "micro_batches"))
def train_step(graphdef, state, x, y, lr, micro_batches):
    model = nnx.merge(graphdef, state)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    losses, total = [], None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        loss, grads = nnx.value_and_grad(loss_fn)(model, xb, yb)
        losses.append(loss)
        total = grads if total is None else jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))  #@ update-discarded
    return jnp.stack(losses)  #@ update-discarded


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model)
    losses = train_step(graphdef, state, x, y, lr, micro_batches)  #@ update-discarded
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
