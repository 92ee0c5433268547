# expect: wrong_answer
"""Wrong: the sum starts with the first part's gradient, and the loop adds that of the first part once more."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    n = x.shape[0] // micro_batches
    total = nnx.grad(loss_fn)(model, x[:n], y[:n])
    for i in range(micro_batches):      # should start at 1
        grads = nnx.grad(loss_fn)(model, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        total = jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
