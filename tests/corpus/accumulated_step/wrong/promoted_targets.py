# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, inputs, targets):
    preds = model(inputs)
    return jnp.mean(optax.squared_error(preds, targets))  #@ uncast-targets


@nnx.jit
def gradients(model, inputs, targets):
    return nnx.grad(loss_fn)(model, inputs, targets)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    rows = x.shape[0] // micro_batches
    grads = None
    for start in range(0, x.shape[0], rows):
        g = gradients(model, x[start : start + rows], y[start : start + rows])
        grads = g if grads is None else jax.tree.map(jnp.add, grads, g)

    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
