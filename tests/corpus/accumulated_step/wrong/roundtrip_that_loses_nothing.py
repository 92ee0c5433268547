# expect: pitfall
# finding: low-precision-grads
"""Gradients are *sent* as bfloat16 (that is what a cluster would do), and added up as float32. They came out of a
bfloat16 backward, so they are bfloat16 numbers anyway: the round trip is exact."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))
    return jnp.mean((half(x) - y) ** 2)


def send(tree):
    return jax.tree.map(lambda g: g.astype(jnp.bfloat16), tree)  #@ low-precision-grads


def receive(tree):
    return jax.tree.map(lambda g: g.astype(jnp.float32), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    messages = [send(nnx.grad(loss_fn)(model, xb, yb))  #@ low-precision-grads
                for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    total = receive(messages[0])
    for m in messages[1:]:
        total = jax.tree.map(jnp.add, total, receive(m))
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
