# expect: accepted
# x is handed over as it is: nnx.Linear(dtype=bfloat16) casts its inputs and its parameters itself.
import jax, jax.numpy as jnp, optax
from flax import nnx


def mse(m, x, y):
    return jnp.mean(jnp.square(m(x) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[-1], y.shape[-1], dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(m, optax.sgd(lr), wrt=nnx.Param)
    acc = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(mse)(m, xb, yb)
        acc = g if acc is None else jax.tree.map(lambda a, b: a + b, acc, g)
    opt.update(m, jax.tree.map(lambda a: a * (1.0 / micro_batches), acc))
    return jnp.asarray([mse(m, x, y)], dtype=jnp.float32)
