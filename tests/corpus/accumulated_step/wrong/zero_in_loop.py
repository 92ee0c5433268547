# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def forward(params, xb, yb):
        params, xb, yb = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (params, xb, yb))
        return optax.losses.squared_error(nnx.merge(graphdef, params)(xb), yb).mean()

    step = 0
    while step < micro_batches:
        total = optax.tree.zeros_like(params)  #@ last-micro-batch-only
        xb = jnp.split(x, micro_batches)[step]
        yb = jnp.split(y, micro_batches)[step]
        total = optax.tree.add(total, jax.grad(forward)(params, xb, yb))  #@ last-micro-batch-only
        step += 1

    mean = optax.tree.scale(1 / micro_batches, total)
    updates, opt_state = tx.update(mean, opt_state)
    params = optax.apply_updates(params, updates)
    return forward(params, x, y).astype(jnp.float32)[None]
