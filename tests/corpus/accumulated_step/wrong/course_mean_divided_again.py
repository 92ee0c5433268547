# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    return jnp.mean((model(x) - y) ** 2)


def add_part(mean, grads, n):
    return jax.tree.map(lambda m, g: m + g / n, mean, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = add_part(total, nnx.grad(loss_fn)(model, xb, yb), micro_batches)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
