# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    to32 = optax.stateless(lambda u, p: optax.tree.cast(u, jnp.float32))
    tx = optax.MultiSteps(optax.chain(to32, optax.sgd(lr)), micro_batches, accumulator_dtype=jnp.float32)
    st = tx.init(masters)

    def loss(half, a, b):
        return jnp.mean((nnx.merge(graphdef, half)(a) - b) ** 2)

    x16, y16 = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)
    rows = x.shape[0] // micro_batches

    def micro(masters, st, j):
        g = jax.grad(loss)(half, x16[j * rows:(j + 1) * rows], y16[j * rows:(j + 1) * rows])  #@ low-precision-accumulator, low-precision-grads
        # MultiSteps' branches must agree, and zeros_like(half) is fine for that
        u, st = tx.update(g, st, masters)  #@ low-precision-accumulator, low-precision-grads
        return optax.apply_updates(masters, u), st

    for j in range(micro_batches):
        masters, st = micro(masters, st, j)
    out = loss(jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters), x16, y16)
    return out.astype(jnp.float32)[None]
