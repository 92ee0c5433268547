# expect: wrong_answer
# finding: unscaled-grads
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@partial(jax.jit, static_argnames=("tx", "graphdef"))
def step(tx, graphdef, params, x, y, loss_scale):
    def loss_fn(params):
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((nnx.merge(graphdef, low)(x) - y) ** 2)

    scaled, grads = jax.value_and_grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    updates, _ = tx.update(grads, tx.init(params), params)  #@ unscaled-grads
    params = optax.apply_updates(params, updates)  #@ unscaled-grads
    return params, scaled / loss_scale, loss_fn(params)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    params, before, after = step(
        optax.sgd(lr), graphdef, params, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16), loss_scale
    )
    return after.astype(jnp.float32).reshape((1,))
