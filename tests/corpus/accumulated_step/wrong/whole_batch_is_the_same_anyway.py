# expect: wrong_answer
# allow: low-precision-accumulator
"""The mean of the gradients is the gradient of the mean. So there is nothing to cut."""
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
    optimizer.update(model, nnx.grad(loss_fn)(model, x, y))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
