# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx

SEED = 42


def initial_params(d_in, d_out):
    layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(SEED))  #@ seed-ignored
    return layer.kernel[...], layer.bias[...]


def mse(params, x, y):
    (w, b), x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    SEED = int(seed)  #@ seed-ignored
    params = initial_params(x.shape[1], y.shape[1])  #@ seed-ignored
    total = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(mse)(params, xb, yb))
    params = jax.tree.map(lambda p, t: p - lr * (t / micro_batches), params, total)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
