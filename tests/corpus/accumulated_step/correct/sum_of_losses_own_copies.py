# expect: accepted
import jax, jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def total_loss(model, parts):
    total = jnp.zeros((), jnp.float32)
    for xp, yp in parts:
        copy = compute_copy(model)                 # a new copy for each of them
        total = total + jnp.mean((copy(xp) - yp) ** 2).astype(jnp.float32)
    return total


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = (jnp.asarray(v).astype(jnp.bfloat16) for v in (x, y))
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    g = nnx.grad(total_loss)(model, parts)
    g = jax.tree.map(lambda v: v / micro_batches, g)
    nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param).update(model, g)
    return total_loss(model, [(x, y)])[None]
