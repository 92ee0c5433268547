# expect: wrong_answer
# finding: update-per-micro-batch
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    m = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((m(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = nnx.grad(loss_fn)(model, xb, yb)
        optimizer.update(model, grads)  #@ update-per-micro-batch
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
