# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx


@partial(jax.jit, static_argnames=("dtype",))
def loss_fn(params, x, y, dtype=jnp.float32):
    p, x, y = jax.tree.map(lambda a: a.astype(dtype), (params, x, y))
    return jnp.mean(jnp.square(x @ p["kernel"] + p["bias"] - y)).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = optax.sgd(lr)
    grads = jax.grad(lambda p: loss_fn(p, x, y, dtype=jnp.bfloat16) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).reshape((1,))  #@ full-precision-final-loss
