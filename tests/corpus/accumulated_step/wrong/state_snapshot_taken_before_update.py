# expect: wrong_answer
# finding: stale-loss
# allow: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    graphdef, state = nnx.split(model, nnx.Param)

    def loss(state, x, y):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
        return jnp.mean((nnx.merge(graphdef, half)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)

    state = jax.tree.map(jnp.asarray, state)
    total = jax.tree.map(jnp.zeros_like, state)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, jax.grad(loss)(state, a, b))
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    # `model` has the new parameters, and `state` is the model's state
    return loss(state, x, y).astype(jnp.float32).reshape(1)  #@ stale-loss
