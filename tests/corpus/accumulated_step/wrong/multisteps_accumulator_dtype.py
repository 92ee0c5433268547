# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    preds = model(x)
    return optax.squared_error(preds, y.astype(preds.dtype)).mean()


@nnx.jit
def micro_step(model, optimizer, batch):
    loss, grads = nnx.value_and_grad(loss_fn)(model, *batch)
    optimizer.update(model, grads)
    return loss


def make_optimizer(model, lr, every_k, compute_dtype=jnp.bfloat16):
    tx = optax.MultiSteps(
        optax.sgd(lr),
        every_k_schedule=every_k,
        accumulator_dtype=compute_dtype,  #@ low-precision-accumulator
    )
    return nnx.Optimizer(model, tx.gradient_transformation(), wrt=nnx.Param)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(
        x.shape[1],
        y.shape[1],
        dtype=jnp.bfloat16,
        param_dtype=jnp.float32,
        rngs=nnx.Rngs(int(seed)),
    )
    optimizer = make_optimizer(model, lr, micro_batches)
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    for batch in zip(xs, ys):
        micro_step(model, optimizer, batch)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
