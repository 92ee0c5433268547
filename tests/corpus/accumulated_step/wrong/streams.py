# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def make_rngs(seed, params=0):
    return nnx.Rngs(params=params, default=int(seed))  #@ seed-ignored


def loss_fn(params, graphdef, x, y):
    params, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean(jnp.square(nnx.merge(graphdef, params)(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=make_rngs(seed))  #@ seed-ignored
    graphdef, params = nnx.split(model, nnx.Param)
    tx = optax.MultiSteps(optax.sgd(lr), every_k_schedule=micro_batches)
    state = tx.init(params)
    new = params
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        updates, state = tx.update(jax.grad(loss_fn)(params, graphdef, xb, yb), state, params)
        new = optax.apply_updates(new, updates)
    return loss_fn(new, graphdef, x, y).astype(jnp.float32)[None]
