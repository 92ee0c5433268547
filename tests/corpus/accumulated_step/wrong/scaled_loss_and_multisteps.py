# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x) - y) ** 2)


@nnx.jit(static_argnames="accumulation_steps")
def micro_step(model, optimizer, x, y, accumulation_steps):
    def scaled_loss(model):
        return mse(model, x, y) / accumulation_steps

    loss, grads = nnx.value_and_grad(scaled_loss)(model)
    optimizer.update(model, grads)
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    optimizer = nnx.Optimizer(model, tx.gradient_transformation(), wrt=nnx.Param)

    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        micro_step(model, optimizer, xb, yb, accumulation_steps=micro_batches)

    return mse(model, x, y).astype(jnp.float32).reshape(1)
