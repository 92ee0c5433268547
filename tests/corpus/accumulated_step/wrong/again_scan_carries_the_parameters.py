# expect: wrong_answer
# finding: update-per-micro-batch
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, x, y):
    w, b, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


@partial(jax.jit, static_argnames=("micro_batches",))
def run(p, x, y, lr, micro_batches):
    def body(p, part):
        g = jax.grad(loss)(p, *part)  #@ update-per-micro-batch
        return jax.tree.map(lambda a, d: a - lr / micro_batches * d, p, g), None  #@ update-per-micro-batch

    cut = lambda t: t.reshape((micro_batches, t.shape[0] // micro_batches, -1))
    p, _ = jax.lax.scan(body, p, (cut(x), cut(y)))
    return loss(p, x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return run((m.kernel[...], m.bias[...]), x, y, lr, micro_batches)[None].astype(jnp.float32)
