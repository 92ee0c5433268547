# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, xb, yb):
    gdef, st = nnx.split(model, nnx.Param)
    copy = nnx.merge(gdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    pred = copy(xb.astype(jnp.bfloat16))
    return ((pred - yb.astype(jnp.bfloat16)) ** 2).mean()


def add_trees(a, b):
    return jax.tree.map(jnp.add, a, b)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad_fn = nnx.grad(loss_fn)
    size = x.shape[0] // micro_batches

    init_grads = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    sum_grads = init_grads
    for start in range(0, x.shape[0], size):
        part_grads = grad_fn(model, x[start:start + size], y[start:start + size])
        sum_grads = add_trees(init_grads, part_grads)  #@ last-micro-batch-only

    mean_grads = jax.tree.map(lambda g: g / micro_batches, sum_grads)
    optimizer.update(model, mean_grads)
    return loss_fn(model, x, y).astype(jnp.float32).reshape((1,))
