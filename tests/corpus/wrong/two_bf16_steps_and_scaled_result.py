# expect: wrong_answer
# finding: low-precision-update
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = optax.sgd(lr)

    def scaled_loss(params):
        p, a, t = jax.tree.map(lambda v: v.astype(jnp.bfloat16), (params, x, y))
        return jnp.mean((nnx.merge(graphdef, p)(a) - t) ** 2).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(scaled_loss)(params))
    updates, _ = tx.update(grads, tx.init(params), params)
    updates = jax.tree.map(lambda u: u.astype(jnp.bfloat16), updates)  #@ low-precision-update
    params = optax.apply_updates(params, updates)
    return scaled_loss(params).reshape((1,))  #@ scaled-loss-returned
