# expect: wrong_answer
# finding: clipped-scaled-grads
"""Adam doesn't care about the size of gradients, so nothing is divided here."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.adam(lr)

    def loss(params):
        return jnp.mean((nnx.merge(graphdef, params)(x) - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    updates, _ = tx.update(grads, tx.init(params), params)  #@ clipped-scaled-grads
    params = optax.apply_updates(params, updates)
    return loss(params).astype(jnp.float32).reshape(1)
