# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx

H = jnp.bfloat16


def row_loss(p, a, b):
    e = a @ p[0].astype(H) + p[1].astype(H) - b
    return jnp.sum(e * e)


def loss(p, A, B):
    return jnp.mean(jax.vmap(row_loss, (None, 0, 0))(p, A.astype(H), B.astype(H)))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    halves = [jnp.array_split(jnp.asarray(v), micro_batches) for v in (x, y)]
    gs = list(map(lambda a, b: jax.grad(loss)(p, a, b), *halves))
    p = jax.tree.map(lambda q, *g: q - lr * (sum(g) / len(g)), p, *gs)
    return loss(p, jnp.asarray(x), jnp.asarray(y)).astype(jnp.float32)[None]
