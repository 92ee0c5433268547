# expect: wrong_answer
# finding: summed-grads
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
    rows = x.shape[0] // micro_batches
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for i in range(micro_batches):
        grads = nnx.grad(loss_fn)(model, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])
        total = jax.tree.map(jnp.add, total, grads)
    optimizer.update(model, total)  #@ summed-grads
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
