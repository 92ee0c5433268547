# expect: pitfall|wrong_answer
# finding: full-precision-final-loss
from functools import partial
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    return jnp.mean(jnp.square(x @ params["w"] + params["b"] - y))


def amp(f):
    """Automatic mixed precision."""
    return lambda *args: f(*jax.tree.map(lambda a: a.astype(jnp.bfloat16), args))


@partial(jax.jit, static_argnums=4)
def train(params, x, y, lr, parts):
    grad = jax.grad(amp(mse))
    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, parts), jnp.split(y, parts)):
        acc = jax.tree.map(jnp.add, acc, grad(params, xb, yb))
    params = jax.tree.map(lambda p, a: p - lr * (a / parts), params, acc)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    return mse(params, x, y).astype(jnp.bfloat16)  #@ full-precision-final-loss


def accumulated_step(seed, x, y, lr, micro_batches):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return train(dict(w=l.kernel[...], b=l.bias[...]), x, y, lr, micro_batches).astype(jnp.float32).reshape(1)
