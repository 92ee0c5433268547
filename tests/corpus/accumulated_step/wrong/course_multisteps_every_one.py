# expect: wrong_answer
# finding: update-per-micro-batch
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    # one update at the end of the batch
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=1)  #@ update-per-micro-batch
    optimizer = nnx.Optimizer(model, tx.gradient_transformation(), wrt=nnx.Param)
    rows = x.shape[0] // micro_batches
    for i in range(micro_batches):
        grads = nnx.grad(loss_fn)(model, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])
        optimizer.update(model, grads)  #@ update-per-micro-batch
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
