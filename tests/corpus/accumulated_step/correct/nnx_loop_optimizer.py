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
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    pred = compute_copy(model)(x)
    return jnp.mean((pred - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    rows = x.shape[0] // micro_batches
    grad_sum = None
    running_loss = jnp.zeros((), jnp.bfloat16)
    for i in range(micro_batches):
        xb = x[i * rows:(i + 1) * rows]
        yb = y[i * rows:(i + 1) * rows]
        loss, grads = nnx.value_and_grad(loss_fn)(model, xb, yb)
        running_loss = running_loss + loss / micro_batches
        if grad_sum is None:
            grad_sum = grads
        else:
            grad_sum = jax.tree.map(lambda a, b: a + b, grad_sum, grads)
    print("train loss", running_loss)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grad_sum))

    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
