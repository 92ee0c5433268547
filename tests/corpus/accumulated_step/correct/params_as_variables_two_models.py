# expect: accepted
# Two nnx models: one with the float32 masters, one that computes and is refreshed from the masters.
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def refresh(worker, master):
    worker.kernel[...] = master.kernel[...].astype(jnp.bfloat16)
    worker.bias[...] = master.bias[...].astype(jnp.bfloat16)


def worker_loss(worker, x, y):
    return jnp.mean((worker(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    master = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    worker = nnx.Linear(x.shape[1], y.shape[1], param_dtype=jnp.bfloat16, rngs=nnx.Rngs(0))
    refresh(worker, master)
    optimizer = nnx.Optimizer(master, optax.sgd(lr), wrt=nnx.Param)

    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    acc = jax.tree.map(jnp.zeros_like, nnx.state(master, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g16 = nnx.grad(worker_loss)(worker, xb, yb)
        acc = jax.tree.map(lambda a, g: a + g.astype(a.dtype), acc, g16)
    optimizer.update(master, jax.tree.map(lambda a: a / micro_batches, acc))

    refresh(worker, master)
    return worker_loss(worker, x, y).astype(jnp.float32)[None]
