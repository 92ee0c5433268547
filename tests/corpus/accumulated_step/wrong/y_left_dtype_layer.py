# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def loss_fn(model, xb, yb):
    return optax.squared_error(model(xb), yb).mean()  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.MultiSteps(optax.sgd(lr), micro_batches), wrt=nnx.Param)
    rows = x.shape[0] // micro_batches
    for i in range(0, x.shape[0], rows):
        optimizer.update(model, nnx.grad(loss_fn)(model, x[i : i + rows], y[i : i + rows]))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
