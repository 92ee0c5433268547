# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    gdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    def loss_fn(params):
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = nnx.merge(gdef, low)(x.astype(jnp.bfloat16))
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    def scaled_loss_fn(params):
        return loss_fn(params).astype(jnp.float32) * loss_scale

    loss, grads = jax.value_and_grad(loss_fn)(params)  #@ missing-loss-scale
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    return (scaled_loss_fn(params) / loss_scale).reshape((1,))
