# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
"""Wrong: the scan's carry are the parameters, which each part's gradient moves at once."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)

    def loss(params, x, y):
        p, x, y = optax.tree.cast((params, x, y), jnp.bfloat16)
        return jnp.mean((nnx.merge(graphdef, p)(x) - y) ** 2)

    def body(carry, part):
        params, opt_state = carry
        grads = jax.grad(loss)(params, *part)
        share = jax.tree.map(lambda g: g / micro_batches, grads)
        updates, opt_state = tx.update(share, opt_state, params)
        return (optax.apply_updates(params, updates), opt_state), None  #@ update-per-micro-batch

    stack = lambda a: jnp.stack(jnp.split(a, micro_batches))
    (params, _), _ = jax.lax.scan(body, (params, tx.init(params)), (stack(x), stack(y)))
    return loss(params, x, y).astype(jnp.float32).reshape(1)
