# expect: pitfall|wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half(state):
    return jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)


@jax.jit
def loss_fn(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    return jnp.mean((nnx.merge(graphdef, half(state))(x) - y) ** 2)


@jax.jit
def accumulate(total, model, x, y):
    grads = nnx.grad(loss_fn)(model, x, y)
    return jax.tree.map(jnp.add, total, grads)


@jax.jit  #@ update-discarded
def apply_mean(model, optimizer, total, count):
    mean = jax.tree.map(lambda t: t / count, total)
    optimizer.update(model, mean)  #@ update-discarded


def accumulated_step(seed, x, y, lr, micro_batches):
    x = jnp.asarray(x).astype(jnp.bfloat16)
    y = jnp.asarray(y).astype(jnp.bfloat16)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = accumulate(total, model, xb, yb)

    apply_mean(model, optimizer, total, micro_batches)  #@ update-discarded
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
