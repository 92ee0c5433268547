# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
import functools

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def in_bfloat16(fn):
    """Calls fn with all of its arguments in bfloat16."""

    @functools.wraps(fn)
    def wrapped(*args):
        return fn(*jax.tree.map(lambda a: a.astype(jnp.bfloat16), args))

    return wrapped


def in_float32(fn):
    """Calls fn and returns a float32 array of shape (1,)."""

    @functools.wraps(fn)
    def wrapped(*args):
        return fn(*args).astype(jnp.float32).reshape(1)  #@ full-precision-final-loss

    return wrapped


def mse(params, x, y):
    return jnp.mean(jnp.square(jnp.dot(x, params["w"]) + params["b"] - y))


training_loss = in_bfloat16(mse)
report = in_float32(mse)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": layer.kernel[...], "b": layer.bias[...]}

    def one(total, part):
        return jax.tree.map(jnp.add, total, jax.grad(training_loss)(params, *part)), None

    parts = [a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y)]
    total, _ = jax.lax.scan(one, jax.tree.map(jnp.zeros_like, params), tuple(parts))
    tx = optax.sgd(lr)
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return report(params, x, y)  #@ full-precision-final-loss
