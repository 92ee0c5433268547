# expect: wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gdef, state = nnx.split(model)
    tx = optax.sgd(lr)
    opt = tx.init(state)
    size = x.shape[0] // micro_batches

    total = jax.tree.map(jnp.zeros_like, state)
    for i in range(micro_batches):
        xi = jax.lax.slice_in_dim(x, i * size, (i + 1) * size).astype(jnp.bfloat16)
        yi = jax.lax.slice_in_dim(y, i * size, (i + 1) * size).astype(jnp.bfloat16)

        def loss(state):
            half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
            return jnp.mean((nnx.merge(gdef, half)(xi) - yi) ** 2)

        total = jax.tree.map(jnp.add, total, jax.grad(loss)(state))

    updates, opt = tx.update(jax.tree.map(lambda t: t / micro_batches, total), opt, state)
    state = optax.apply_updates(state, updates)
    return loss(state).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
