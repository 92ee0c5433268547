# expect: wrong_answer
# finding: last-micro-batch-only
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(params, x, y):
    h = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean(jnp.square(x @ h["kernel"] + h["bias"] - y))


@partial(jax.jit, static_argnames="micro_batches")
def grads_of(params, x, y, micro_batches):
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def body(grads, batch):
        value, grads = jax.value_and_grad(loss)(params, *batch)  #@ last-micro-batch-only
        return grads, value  #@ last-micro-batch-only

    grads, losses = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, params), (xs, ys))
    return jax.tree.map(lambda g: g / micro_batches, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads_of(params, x, y, micro_batches), tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss(params, x, y).astype(jnp.float32)[None]
