# expect: wrong_answer
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@functools.partial(jax.jit, static_argnums=0)
def loss_fn(graphdef, params, x, y):
    half = optax.tree.cast(params, jnp.bfloat16)
    preds = nnx.merge(graphdef, half)(x)
    return optax.l2_loss(preds, y).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)
    x, y = jnp.asarray(x).astype(jnp.bfloat16), jnp.asarray(y).astype(jnp.bfloat16)

    grad_fn = jax.grad(loss_fn, argnums=1)
    grads = [
        grad_fn(graphdef, params, xb, yb)
        for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    ]
    mean = jax.tree.map(lambda *g: jnp.mean(jnp.stack(g), axis=0), *grads)

    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(graphdef, params, x, y).astype(jnp.float32)[None]
