# expect: accepted
"""Two models: `master` in float32 and `worker` in bfloat16, which is refreshed from the master. The gradients are those
of the worker, and each of them is cast before it is added."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def refresh(worker, master):
    worker.kernel[...] = master.kernel[...].astype(jnp.bfloat16)
    worker.bias[...] = master.bias[...].astype(jnp.bfloat16)


def loss_fn(net, x, y):
    return jnp.mean(jnp.square(net(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    d_in, d_out = x.shape[1], y.shape[1]
    master = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    worker = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, param_dtype=jnp.bfloat16, rngs=nnx.Rngs(0))
    refresh(worker, master)

    optimizer = nnx.Optimizer(master, optax.sgd(lr), wrt=nnx.Param)
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)

    grads = []
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(worker, xb, yb)
        grads.append(jax.tree.map(lambda t: t.astype(jnp.float32), g))
    mean = jax.tree.map(lambda *t: sum(t) / micro_batches, *grads)

    optimizer.update(master, mean)
    refresh(worker, master)
    return loss_fn(worker, x, y).astype(jnp.float32).reshape(1)
