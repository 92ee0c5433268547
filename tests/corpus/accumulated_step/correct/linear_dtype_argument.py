# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(
        x.shape[1],
        y.shape[1],
        dtype=jnp.bfloat16,
        param_dtype=jnp.float32,
        rngs=nnx.Rngs(int(seed)),
    )
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    size = len(x) // micro_batches
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for start in range(0, len(x), size):
        g = nnx.grad(mse)(model, x[start:start + size], y[start:start + size])
        acc = jax.tree.map(lambda a, b: a + b / micro_batches, acc, g)
    opt.update(model, acc)
    loss = mse(model, x, y)
    return jnp.array([loss.astype(jnp.float32)])
