# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    gdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.chain(optax.scale(1 / loss_scale), optax.sgd(lr))
    inputs = x.astype(jnp.bfloat16)

    @jax.jit
    def loss_fn(params):
        low = optax.tree.cast(params, jnp.bfloat16)
        preds = nnx.merge(gdef, low)(inputs)
        return optax.losses.squared_error(preds, y).mean()  #@ uncast-targets

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params).astype(jnp.bfloat16).astype(jnp.float32).reshape((1,))
