# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    return jnp.mean((compute_copy(model)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(0.1), wrt=nnx.Param)  #@ lr-ignored
    acc = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    size = x.shape[0] // micro_batches
    for i in range(micro_batches):
        grads = nnx.grad(loss_fn)(model, x[i * size:(i + 1) * size], y[i * size:(i + 1) * size])
        acc = jax.tree.map(jnp.add, acc, grads)
    optimizer.update(model, jax.tree.map(lambda a: a / micro_batches, acc))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
