# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss_in(dtype, params, x, y):
    w, b = params
    pred = x.astype(dtype) @ w.astype(dtype) + b.astype(dtype)
    return jnp.mean(jnp.square(pred - y.astype(dtype)))


@partial(jax.jit, static_argnames="micro_batches")
def step(params, x, y, lr, micro_batches):
    train_loss = partial(loss_in, jnp.bfloat16)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def add(acc, b):
        return jax.tree.map(jnp.add, acc, jax.grad(train_loss)(params, *b)), None

    total, _ = jax.lax.scan(add, jax.tree.map(jnp.zeros_like, params), (xs, ys))
    params = jax.tree.map(lambda p, t: p - lr * t / micro_batches, params, total)
    return loss_in(jnp.float32, params, x, y)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return step((lin.kernel[...], lin.bias[...]), x, y, lr, micro_batches).reshape(1)
