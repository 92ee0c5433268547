# expect: wrong_answer|pitfall
# finding: update-per-micro-batch
# allow: summed-grads
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss(params, xb, yb):
    k, b = params["kernel"].astype(jnp.bfloat16), params["bias"].astype(jnp.bfloat16)
    e = jnp.einsum("bi,io->bo", xb.astype(jnp.bfloat16), k) + b - yb.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(e))


@partial(jax.jit, static_argnames="parts")
def epoch(params, x, y, lr, parts):
    tx = optax.sgd(lr)

    def body(carry, batch):
        params, opt_state = carry
        grads = jax.grad(loss)(params, *batch)
        updates, opt_state = tx.update(grads, opt_state, params)
        return (optax.apply_updates(params, updates), opt_state), None  #@ update-per-micro-batch

    xs = x.reshape(parts, -1, x.shape[1])
    ys = y.reshape(parts, -1, y.shape[1])
    (params, _), _ = jax.lax.scan(body, (params, tx.init(params)), (xs, ys))
    return params


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = epoch({"kernel": m.kernel[...], "bias": m.bias[...]}, x, y, lr, micro_batches)
    return loss(params, x, y).astype(jnp.float32)[None]
