# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx

BF16 = jnp.bfloat16


def forward(params, inputs):
    w, b = (p.astype(BF16) for p in params)
    return inputs.astype(BF16) @ w + b


def mse(params, inputs, targets):
    return jnp.square(forward(params, inputs) - targets.astype(BF16)).mean()


@partial(jax.jit, static_argnames="micro_batches")
def step(params, x, y, lr, micro_batches):
    batches = jax.tree.map(lambda a: a.reshape(micro_batches, -1, a.shape[-1]), (x, y))

    def body(carry, batch):
        g = jax.grad(mse)(params, *batch)
        return jax.tree.map(jnp.add, carry, g), None

    zeros = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), params)
    summed, _ = jax.lax.scan(body, zeros, batches)
    grads = jax.tree.map(lambda s: s / micro_batches, summed)

    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    return optax.apply_updates(params, updates)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    params = step(params, x, y, lr, micro_batches)
    return mse(params, x, y).astype(jnp.float32)[None]
