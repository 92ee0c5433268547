# expect: wrong_answer
# finding: update-per-micro-batch
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, x, y):
    h = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
    return jnp.mean((x @ h[0] + h[1] - y) ** 2)


@partial(jax.jit, static_argnums=4)
def train(p, x, y, lr, m):
    def one(p, batch):
        g = jax.grad(loss)(p, *batch)
        return jax.tree.map(lambda w, d: w - lr * d / m, p, g), None  #@ update-per-micro-batch

    batches = (x.reshape(m, -1, x.shape[1]), y.reshape(m, -1, y.shape[1]))
    p, _ = jax.lax.scan(one, p, batches)  #@ update-per-micro-batch
    return p


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    p = train((lin.kernel[...], lin.bias[...]), x, y, lr, micro_batches)
    return loss(p, x, y).astype(jnp.float32).reshape(1)
