# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, xb, yb):
    half = compute_copy(model)
    err = half(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
    return jnp.mean(err * err)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    rows = x.shape[0] // micro_batches
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        part = slice(i * rows, (i + 1) * rows)
        grads = nnx.grad(loss_fn)(model, x[part], y[part])
        total = jax.tree.map(jnp.add, total, grads)

    mean = jax.tree.map(lambda t: t / micro_batches, total)
    optimizer.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
