# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def axpy(a, x, y, dtype=jnp.bfloat16):  #@ low-precision-update, master-downcast
    return (y.astype(dtype) + (a * x).astype(dtype)).astype(jnp.float32)  #@ low-precision-update, master-downcast


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    @jax.jit
    def loss(st, x, y):
        return jnp.mean(jnp.square(nnx.merge(gd, half(st))(half(x)) - half(y)))

    total = jax.tree.map(jnp.zeros_like, st)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(loss)(st, xs, ys))
    st = jax.tree.map(lambda p, t: axpy(-lr / micro_batches, t, p), st, total)  #@ low-precision-update, master-downcast
    return loss(st, x, y).astype(jnp.float32).reshape(1)
