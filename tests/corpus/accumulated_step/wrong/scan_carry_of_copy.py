# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@partial(jax.jit, static_argnames=("graphdef", "micro_batches"))
def train_step(graphdef, params, x, y, lr, micro_batches):
    def loss_fn(half, x, y):
        preds = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
        return jnp.mean(jnp.square(preds - y.astype(jnp.bfloat16)))

    half = optax.tree.cast(params, jnp.bfloat16)
    xs = x.reshape(micro_batches, -1, x.shape[-1])
    ys = y.reshape(micro_batches, -1, y.shape[-1])

    def body(acc, batch):
        grads = jax.grad(loss_fn)(half, *batch)
        return jax.tree.map(jnp.add, acc, grads), None  #@ low-precision-accumulator

    acc = jax.tree.map(jnp.zeros_like, half)  #@ low-precision-accumulator
    acc, _ = jax.lax.scan(body, acc, (xs, ys))
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / micro_batches, acc)

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(optax.tree.cast(params, jnp.bfloat16), x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    loss = train_step(graphdef, params, x, y, lr, micro_batches)
    return loss.astype(jnp.float32).reshape(1)
