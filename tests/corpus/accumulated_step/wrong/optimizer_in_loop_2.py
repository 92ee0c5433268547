# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
"""Wrong: the optimizer moves the model by lr / micro_batches after each part, so later parts see other parameters."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(compute_copy(model)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


@nnx.jit
def train_part(model, optimizer, x, y):
    loss, grads = nnx.value_and_grad(loss_fn)(model, x, y)
    optimizer.update(model, grads)  #@ update-per-micro-batch
    return loss


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        train_part(model, optimizer, x[i * n:i * n + n], y[i * n:i * n + n])  #@ update-per-micro-batch
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
