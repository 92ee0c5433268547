# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    streams = dict(params=0, default=int(seed))  #@ seed-ignored
    gd, p = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(**streams)))
    h = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    loss = lambda p, x, y: jnp.mean((nnx.merge(gd, h(p))(h(x)) - h(y)) ** 2)
    g = jax.vmap(jax.grad(loss), (None, 0, 0))(
        p, *[a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y)])
    p = jax.tree.map(lambda a, b: a - lr * (b.sum(0) / micro_batches), p, g)
    return loss(p, x, y)[None].astype(jnp.float32)
