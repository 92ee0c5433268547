# expect: wrong_answer
# finding: lr-ignored
# finding: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx

LEARNING_RATE = 0.01  #@ lr-ignored


def loss_fn(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    pred = half(x)  #@ uncast-inputs
    return jnp.mean((pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(LEARNING_RATE), wrt=nnx.Param)  #@ lr-ignored
    acc = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        acc = g if acc is None else jax.tree.map(jnp.add, acc, g)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
