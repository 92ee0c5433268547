# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax, jax.numpy as jnp
from flax import nnx


def mean_squared_error(y_true, y_pred):
    y_pred = y_pred.astype(y_true.dtype)  #@ uncast-targets
    return jnp.mean(jnp.square(y_pred - y_true)).astype(jnp.bfloat16)


class Dense:
    def __init__(self, i, o, seed):
        l = nnx.Linear(i, o, rngs=nnx.Rngs(int(seed)))
        self.variables = (l.kernel[...], l.bias[...])

    def __call__(self, variables, x):
        k, b = jax.tree.map(lambda v: v.astype(jnp.bfloat16), variables)
        return x.astype(jnp.bfloat16) @ k + b


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    dense = Dense(x.shape[1], y.shape[1], seed)
    f = lambda v, a, b: mean_squared_error(b, dense(v, a))
    acc = None
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(f)(dense.variables, a, b)
        acc = g if acc is None else jax.tree.map(lambda s, t: s + t, acc, g)
    dense.variables = jax.tree.map(lambda v, s: v - lr * (s / micro_batches), dense.variables, acc)
    return f(dense.variables, x, y).astype(jnp.float32).reshape(1)
