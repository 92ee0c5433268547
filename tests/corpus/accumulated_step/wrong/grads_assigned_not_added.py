# expect: wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    return jnp.mean((compute_copy(model)(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    rows = x.shape[0] // micro_batches

    for i in range(micro_batches):
        grads = nnx.grad(loss_fn)(model, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])  #@ last-micro-batch-only

    grads = jax.tree.map(lambda g: g / micro_batches, grads)  #@ last-micro-batch-only
    optimizer.update(model, grads)  #@ last-micro-batch-only
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
