# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-final-loss
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx

ONE = np.ones((), np.float32)


def prepare(x):
    """bfloat16 rows, times a per-feature scale that is 1 here."""
    x = x.astype(jnp.bfloat16)
    return x * jnp.full((x.shape[1],), ONE)  #@ uncast-inputs


def predict(params, x):
    kernel, bias = params
    return jnp.dot(prepare(x), kernel.astype(jnp.bfloat16)) + bias.astype(jnp.bfloat16)  #@ uncast-inputs


def mse(params, x, y):
    return jnp.mean(jnp.square(predict(params, x) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    xs, ys = (a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))
    g = jax.tree.map(lambda a: a.mean(0), jax.vmap(jax.grad(mse), (None, 0, 0))(params, xs, ys))
    params = jax.tree.map(lambda p, d: p - lr * d, params, g)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
