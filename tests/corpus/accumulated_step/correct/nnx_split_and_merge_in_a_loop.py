# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_copy(model):
    graphdef, params = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), params))


def loss_fn(model, x, y):
    pred = half_copy(model)(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    size = x.shape[0] // micro_batches
    acc = None
    for i in range(micro_batches):
        rows = slice(i * size, (i + 1) * size)
        loss, grads = nnx.value_and_grad(loss_fn)(model, x[rows], y[rows])
        acc = grads if acc is None else jax.tree.map(jnp.add, acc, grads)
    grads = jax.tree.map(lambda g: g / micro_batches, acc)
    optimizer.update(model, grads)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
