# expect: pitfall|wrong_answer
# finding: seed-ignored
# finding: wrong-output-dtype
"""Wrong: the `params` stream is fixed, so `seed` goes to a stream that nobody uses; and the result is bfloat16."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    rngs = nnx.Rngs(params=0, default=int(seed))  #@ seed-ignored
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=rngs)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, nnx.grad(loss_fn)(model, xb, yb))
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).reshape(1)  #@ wrong-output-dtype
