# expect: accepted
"""Let optax do the counting."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def bf(t):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def loss_fn(model: nnx.Linear, x, y):
    gd, st = nnx.split(model)
    return optax.losses.squared_error(nnx.merge(gd, bf(st))(bf(x)), bf(y)).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches).gradient_transformation()
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)
    # update() is called for each part, but only the last call moves anything
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        opt.update(model, nnx.grad(loss_fn)(model, xb, yb))
    return loss_fn(model, x, y).astype(jnp.float32).reshape((1,))
