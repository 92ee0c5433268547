# expect: wrong_answer
# finding: lr-ignored
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx

make_optimizer = partial(optax.sgd, learning_rate=0.05)  #@ lr-ignored


def mixed_precision_step(seed, x, y, lr, loss_scale):
    graphdef, params = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    tx = make_optimizer()  #@ lr-ignored
    opt_state = tx.init(params)

    def loss_fn(params):
        low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        return jnp.mean((nnx.merge(graphdef, low)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    grads = jax.grad(lambda p: loss_fn(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, opt_state = tx.update(grads, opt_state, params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params).astype(jnp.float32).reshape((1,))
