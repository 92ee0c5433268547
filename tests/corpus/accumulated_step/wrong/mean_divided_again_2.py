# expect: wrong_answer
"""Wrong: MultiSteps hands on the mean, and the learning rate is divided by the number of parts as well."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    low = lambda a: a.astype(jnp.bfloat16)
    err = low(x) @ low(model.kernel[...]) + low(model.bias[...]) - low(y)
    return jnp.mean(jnp.square(err))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.MultiSteps(optax.sgd(lr / micro_batches), every_k_schedule=micro_batches)
    optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        optimizer.update(model, nnx.grad(loss_fn)(model, xb, yb))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
