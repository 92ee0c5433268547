# expect: pitfall|wrong_answer
# finding: last-micro-batch-only
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, x, y):
    pred = compute_copy(model)(x)
    return jnp.mean((pred - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    x = jnp.asarray(x, jnp.bfloat16)
    y = jnp.asarray(y, jnp.bfloat16)
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    size = x.shape[0] // micro_batches
    for i in range(micro_batches):
        xb = x[i * size:(i + 1) * size]
        yb = y[i * size:(i + 1) * size]
        loss, grads = nnx.value_and_grad(loss_fn)(model, xb, yb)  #@ last-micro-batch-only
    optimizer.update(model, grads)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
