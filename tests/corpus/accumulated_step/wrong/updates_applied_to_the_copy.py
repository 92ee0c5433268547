# expect: pitfall|wrong_answer
# finding: master-downcast|low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    low = lambda t: optax.tree_utils.tree_cast(t, jnp.bfloat16)
    params = low(masters)
    x, y = low((x, y))

    def loss(params, x, y):
        return jnp.mean(optax.squared_error(nnx.merge(graphdef, params)(x), y))

    total = jax.tree.map(jnp.zeros_like, masters)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(lambda t, g: t + g.astype(t.dtype), total, jax.grad(loss)(params, a, b))
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(masters), masters)
    params = optax.apply_updates(params, updates)  #@ master-downcast, low-precision-update
    return loss(params, x, y).astype(jnp.float32).reshape(1)
