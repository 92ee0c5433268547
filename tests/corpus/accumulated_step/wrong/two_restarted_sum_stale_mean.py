# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
# finding: stale-loss
"""Wrong: the sum starts anew in the loop; and the returned loss is the mean of the parts' losses before the update."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    w = model.kernel[...].astype(jnp.bfloat16)
    b = model.bias[...].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    value_and_grad = nnx.value_and_grad(loss_fn)
    losses = []
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        sums = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))  #@ last-micro-batch-only
        loss, grads = value_and_grad(model, xb, yb)
        losses.append(loss.astype(jnp.float32))
        sums = jax.tree.map(jnp.add, sums, grads)  #@ last-micro-batch-only
    opt.update(model, jax.tree.map(lambda s: s / micro_batches, sums))
    return jnp.mean(jnp.stack(losses)).astype(jnp.bfloat16).astype(jnp.float32).reshape(1)  #@ stale-loss
