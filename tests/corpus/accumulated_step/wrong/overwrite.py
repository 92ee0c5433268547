# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(t):
    return t.astype(jnp.bfloat16)


@nnx.jit
def loss_fn(model, xb, yb):
    gd, st = nnx.split(model)
    return jnp.mean((nnx.merge(gd, jax.tree.map(half, st))(half(xb)) - half(yb)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = nnx.grad(loss_fn)(model, xb, yb)  #@ last-micro-batch-only
    optimizer.update(model, grads)  #@ last-micro-batch-only
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
