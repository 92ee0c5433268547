# expect: wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    pred = compute_copy(model)(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, nnx.grad(loss_fn)(model, xb, yb))
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    loss = loss_fn(model, xb, yb)  #@ partial-loss-returned
    return loss.astype(jnp.float32).reshape(1)
