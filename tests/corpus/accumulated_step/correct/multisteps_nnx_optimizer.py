# expect: accepted
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    error = model(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    return (error * error).mean()


@nnx.jit
def micro_step(model, optimizer, x, y):
    grads = nnx.grad(mse)(model, x, y)
    optimizer.update(model, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(
        x.shape[1], y.shape[1], dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed))
    )
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=int(micro_batches))
    optimizer = nnx.Optimizer(model, tx.gradient_transformation(), wrt=nnx.Param)

    rows = x.shape[0] // micro_batches
    for k in range(micro_batches):
        window = slice(k * rows, (k + 1) * rows)
        micro_step(model, optimizer, x[window], y[window])

    return jnp.reshape(mse(model, x, y), (1,)).astype(jnp.float32)
