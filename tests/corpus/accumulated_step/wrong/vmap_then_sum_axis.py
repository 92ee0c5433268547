# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, s = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def f(s, x, y):
        return jnp.mean(jnp.square(nnx.merge(gd, half(s))(half(x)) - half(y)))

    cut = lambda t: t.reshape(micro_batches, -1, t.shape[1])
    gs = jax.vmap(jax.grad(f), in_axes=(None, 0, 0))(s, cut(x), cut(y))
    g = jax.tree.map(lambda v: jnp.sum(v, axis=0), gs)  #@ summed-grads
    s = jax.tree.map(lambda p, d: p - lr * d, s, g)  #@ summed-grads
    return f(s, x, y).astype(jnp.float32).reshape(1)
