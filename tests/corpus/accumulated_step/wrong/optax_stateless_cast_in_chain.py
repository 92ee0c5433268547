# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
# allow: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def cast_to(dtype):
    return optax.stateless(lambda u, p: jax.tree.map(lambda a: a.astype(dtype), u))


def accumulated_step(seed, x, y, lr, micro_batches):
    gdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))

    def objective(params, xb, yb):
        half = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
        return jnp.mean((nnx.merge(gdef, half)(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)

    tx = optax.chain(
        optax.scale(1.0 / micro_batches),
        cast_to(jnp.bfloat16),  #@ low-precision-grads, low-precision-accumulator
        cast_to(jnp.float32),
        optax.sgd(lr),
    )
    total = optax.tree_utils.tree_zeros_like(params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = optax.tree_utils.tree_add(total, jax.grad(objective)(params, xb, yb))
    updates, _ = tx.update(total, tx.init(params), params)  #@ low-precision-grads, low-precision-accumulator
    params = optax.apply_updates(params, updates)
    return objective(params, x, y).astype(jnp.float32).reshape(1)
