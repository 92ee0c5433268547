# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def pairwise(items):
    """((a + b) + (c + d)) + ..., as in a tournament."""
    while len(items) > 1:
        nxt = [jax.tree.map(jnp.add, items[i], items[i + 1]) for i in range(0, len(items) - 1, 2)]
        if len(items) % 2:
            nxt.append(items[-1])
        items = nxt
    return items[0]


def loss(state, gdef, x, y):
    s16 = jax.tree.map(lambda l: l.astype(jnp.bfloat16), state)
    p = nnx.merge(gdef, s16)(x.astype(jnp.bfloat16))
    return jnp.mean((p - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    gdef, state = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    gs = [jax.grad(loss)(state, gdef, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    total = pairwise(gs)
    tx = optax.chain(optax.scale(1 / micro_batches), optax.sgd(lr))
    u, _ = tx.update(total, tx.init(state), state)
    return loss(optax.apply_updates(state, u), gdef, x, y).astype(jnp.float32).reshape(1)
