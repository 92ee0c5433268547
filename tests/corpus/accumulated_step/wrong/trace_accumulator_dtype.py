# expect: wrong_answer
# finding: low-precision-accumulator
# optax.trace with decay 1 is a sum of all that it has seen.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(s, x, y):
        net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
        return jnp.mean((net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    adder = optax.trace(decay=1.0, accumulator_dtype=jnp.bfloat16)  #@ low-precision-accumulator
    memory = adder.init(masters)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total, memory = adder.update(jax.grad(loss)(masters, a, b), memory)
    masters = jax.tree.map(lambda p, g: p - (lr / micro_batches) * g.astype(p.dtype), masters, total)
    return loss(masters, x, y).astype(jnp.float32).reshape(1)
