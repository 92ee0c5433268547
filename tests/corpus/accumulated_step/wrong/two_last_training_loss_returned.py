# expect: wrong_answer
# finding: partial-loss-returned
# allow: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        loss, grads = nnx.value_and_grad(loss_fn)(model, xb, yb)  #@ partial-loss-returned, stale-loss
        acc = jax.tree.map(jnp.add, acc, grads)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss.astype(jnp.float32).reshape(1)  #@ partial-loss-returned, stale-loss
