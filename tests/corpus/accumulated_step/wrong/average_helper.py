# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    return jnp.mean((compute_copy(model)(x) - y) ** 2)


def add_grads(total, grads):
    if total is None:
        return grads
    return jax.tree.map(lambda a, b: a + b, total, grads)


def average_grads(total, count):
    jax.tree.map(lambda g: g / count, total)  #@ summed-grads
    return total  #@ summed-grads


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = jnp.asarray(x).astype(jnp.bfloat16)
    y = jnp.asarray(y).astype(jnp.bfloat16)

    size = x.shape[0] // micro_batches
    total = None
    for i in range(micro_batches):
        xb = x[i * size : (i + 1) * size]
        yb = y[i * size : (i + 1) * size]
        grads = nnx.grad(loss_fn)(model, xb, yb)
        total = add_grads(total, grads)

    mean = average_grads(total, micro_batches)
    optimizer.update(model, mean)  #@ summed-grads

    loss = loss_fn(model, x, y)
    return loss.astype(jnp.float32).reshape(1)
