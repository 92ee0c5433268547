# expect: accepted
"""Right: the loss of a part is divided by the number of parts before it is differentiated, which the lesson accepts."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def batch_loss(model, x, y):
    graphdef, state = nnx.split(model)
    low = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((low(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    share = nnx.value_and_grad(lambda m, a, b: batch_loss(m, a, b) / micro_batches)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    step = len(x) // micro_batches
    at = 0
    while at < len(x):
        _, g = share(model, x[at:at + step], y[at:at + step])
        acc = jax.tree.map(lambda a, b: a + b, acc, g)
        at += step
    opt.update(model, acc)
    return jnp.array(batch_loss(model, x, y), dtype=jnp.float32, ndmin=1)
