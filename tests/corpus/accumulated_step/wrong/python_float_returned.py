# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, xb, yb))
    params = jax.tree.map(lambda p, a: p - lr * a / micro_batches, params, acc)
    return [float(loss_fn(params, x, y))]
