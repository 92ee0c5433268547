# expect: accepted
"""Right: nnx.grad with the cast inside, a Python loop, nnx.Optimizer with the mean."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def low(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    pred = low(model)(x.astype(jnp.bfloat16))
    return jnp.mean(jnp.square(pred - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    rows = x.shape[0] // micro_batches
    total = None
    for start in range(0, x.shape[0], rows):
        grads = nnx.grad(loss_fn)(model, x[start:start + rows], y[start:start + rows])
        total = grads if total is None else jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
