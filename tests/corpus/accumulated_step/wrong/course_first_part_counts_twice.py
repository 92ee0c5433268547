# expect: wrong_answer
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
    size = x.shape[0] // micro_batches
    total = nnx.grad(loss_fn)(model, x[:size], y[:size])
    for i in range(micro_batches):
        g = nnx.grad(loss_fn)(model, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        total = jax.tree.map(jnp.add, total, g)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
