# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def loss(params, x, y):
        net = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))
        return jnp.mean((net(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    total = jax.tree.map(jnp.zeros_like, params)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(loss)(params, xs, ys))
    updates, opt_state = tx.update(jax.tree.map(lambda t: t / micro_batches, total), opt_state, params)
    optax.apply_updates(params, updates)  #@ update-discarded, stale-loss
    return loss(params, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
