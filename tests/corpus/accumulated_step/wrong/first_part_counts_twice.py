# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    half = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad_fn = nnx.grad(loss_fn)
    n = x.shape[0] // micro_batches
    # start with the first part, to have something of the right structure
    total = grad_fn(model, x[:n], y[:n])
    for i in range(micro_batches):
        total = jax.tree.map(jnp.add, total, grad_fn(model, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n]))
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
