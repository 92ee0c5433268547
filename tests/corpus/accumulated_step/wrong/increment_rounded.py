# expect: pitfall|wrong_answer
# finding: low-precision-update
"""Wrong: an own optax transformation at the end of the chain rounds the increments to bfloat16."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compact_updates(dtype=jnp.bfloat16):  #@ low-precision-update
    return optax.stateless(lambda updates, params: optax.tree.cast(updates, dtype))  #@ low-precision-update


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    low = nnx.merge(graphdef, optax.tree.cast(state, jnp.bfloat16))
    return jnp.mean(jnp.square(low(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tx = optax.chain(optax.sgd(lr), compact_updates())  #@ low-precision-update
    opt = nnx.Optimizer(model, tx, wrt=nnx.Param)
    total = None
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, a, b)
        total = g if total is None else optax.tree.add(total, g)
    opt.update(model, optax.tree.scale(1 / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
