# expect: pitfall|wrong_answer
# finding: uncast-targets
# allow: full-precision-final-loss
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def low_precision(fn):
    """Casts model parameters and the inputs. (Decorator from the lab's utils)"""

    @functools.wraps(fn)
    def inner(params, inputs, *rest):
        c = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
        return fn(c(params), c(inputs), *rest)  #@ uncast-targets

    return inner


@low_precision
def mse(params, inputs, targets):
    out = inputs @ params["kernel"] + params["bias"]
    return optax.losses.squared_error(out, targets).mean()  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(mse)(params, xb, yb))
    tx = optax.sgd(lr)
    u, _ = tx.update(jax.tree.map(lambda a: a / micro_batches, acc), tx.init(params))
    return mse(optax.apply_updates(params, u), x, y).astype(jnp.float32).reshape(1)
