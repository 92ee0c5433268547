# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    half = compute_copy(model)
    pred = half(x.astype(jnp.bfloat16))
    err = pred - y.astype(jnp.bfloat16)
    return jnp.mean(err ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    # model and optimizer
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    # how many rows in each part
    rows = x.shape[0] // micro_batches

    total = None
    for i in range(micro_batches):
        x_part = x[i * rows:(i + 1) * rows]
        y_part = y[i * rows:(i + 1) * rows]
        grads = nnx.grad(loss_fn)(model, x_part, y_part)
        if total is None:
            total = grads
        else:
            total = jax.tree.map(lambda a, b: a + b, total, grads)

    mean = jax.tree.map(lambda g: g / micro_batches, total)
    optimizer.update(model, mean)

    loss = loss_fn(model, x, y)
    return jnp.array([loss], dtype=jnp.float32)
