# expect: wrong_answer
# finding: low-precision-accumulator|low-precision-grads
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    cast = lambda t, d: jax.tree.map(lambda a: a.astype(d), t)
    x, y = cast((x, y), jnp.bfloat16)
    loss = lambda half, x, y: jnp.mean(optax.squared_error(nnx.merge(gd, half)(x), y))
    cut = lambda t: t.reshape(micro_batches, -1, t.shape[1])
    gs = jax.vmap(jax.grad(loss), (None, 0, 0))(cast(masters, jnp.bfloat16), cut(x), cut(y))
    total = jax.tree.map(lambda g: g.sum(axis=0), gs)  #@ low-precision-accumulator, low-precision-grads, summed-grads
    total = cast(total, jnp.float32)
    masters = jax.tree.map(lambda p, t: p - lr * t, masters, total)  #@ summed-grads
    return loss(cast(masters, jnp.bfloat16), x, y).astype(jnp.float32).reshape(1)
