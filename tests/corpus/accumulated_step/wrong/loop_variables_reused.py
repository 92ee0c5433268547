# expect: pitfall|wrong_answer
# finding: partial-loss-returned
"""Wrong: `x` and `y` are rebound by the loop, so the last line's loss is that of the last part."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for x, y in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):  #@ partial-loss-returned
        total = jax.tree.map(jnp.add, total, nnx.grad(loss_fn)(model, x, y))
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
