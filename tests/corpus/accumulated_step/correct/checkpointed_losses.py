# expect: accepted
"""One differentiation of the summed losses; every part makes its own bfloat16 copy."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(
        nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param
    )
    parts = tuple(
        jnp.asarray(a, dtype=jnp.bfloat16).reshape(micro_batches, -1, a.shape[1]) for a in (x, y)
    )

    @jax.checkpoint
    def part_loss(masters, xb, yb):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), masters)
        return jnp.mean((nnx.merge(graphdef, half)(xb) - yb) ** 2)

    @jax.jit
    def total_loss(masters):
        def body(total, part):
            return total + part_loss(masters, *part).astype(jnp.float32), None

        return jax.lax.scan(body, jnp.float32(0), parts)[0]

    grads = jax.grad(total_loss)(masters)

    tx = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))
    updates, _ = tx.update(grads, tx.init(masters), masters)
    masters = optax.apply_updates(masters, updates)

    everything = [a.reshape(-1, a.shape[-1]) for a in parts]
    return jnp.reshape(part_loss(masters, *everything), 1).astype(jnp.float32)
