# expect: accepted
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = params
    pred = x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


@partial(jax.jit, static_argnames=("parts",))
def train(params, x, y, lr, parts):
    total = [jnp.zeros_like(p) for p in params]
    for xb, yb in zip(jnp.split(x, parts), jnp.split(y, parts)):
        grads = jax.grad(loss)(params, xb, yb)
        total = [t + g for t, g in zip(total, grads)]
    params = [p - lr * (t / parts) for p, t in zip(params, total)]
    return loss(params, x, y).astype(jnp.float32).reshape(1)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return train([layer.kernel[...], layer.bias[...]], x, y, lr, parts=micro_batches)
