# expect: wrong_answer
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
    half = compute_copy(model)
    err = half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)
    return jnp.mean(err * err)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    rows = x.shape[0] // micro_batches
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        part = slice(i * rows, (i + 1) * rows)
        total = jax.tree.map(jnp.add, total, nnx.grad(loss_fn)(model, x[part], y[part]))
    optimizer.update(model, total)  #@ summed-grads
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
