# expect: wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
import numpy as np
from functools import partial
from flax import nnx


@partial(jax.jit, static_argnames="m")
def go(p, x, y, lr, m):
    down = partial(jax.tree.map, lambda a: a.astype(np.half))  #@ wrong-half-dtype

    def loss(p, x, y):
        (w, b), x, y = down((p, x, y))  #@ wrong-half-dtype
        return jnp.mean((x @ w + b - y) ** 2)

    def body(acc, part):
        return jax.tree.map(jnp.add, acc, jax.grad(loss)(p, *part)), None

    parts = jax.tree.map(lambda t: t.reshape(m, -1, t.shape[1]), (x, y))
    acc, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, p), parts)
    return loss(jax.tree.map(lambda a, g: a - lr * g / m, p, acc), x, y)


def accumulated_step(seed, x, y, lr, micro_batches):
    n = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return jnp.float32(go((n.kernel[...], n.bias[...]), x, y, lr, micro_batches))[None]
