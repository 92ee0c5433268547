# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def copy_weights(master, worker):
    """Refresh the bf16 worker from the fp32 master; the master stays as it is."""
    nnx.update(worker, jax.tree.map(lambda p: p.astype(jnp.bfloat16), nnx.state(master, nnx.Param)))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    din, dout = x.shape[-1], y.shape[-1]
    master = nnx.Linear(din, dout, rngs=nnx.Rngs(int(seed)))
    worker = nnx.Linear(din, dout, param_dtype=jnp.bfloat16, rngs=nnx.Rngs(0))   # weights overwritten below
    optimizer = nnx.Optimizer(master, optax.sgd(lr), wrt=nnx.Param)
    inputs, targets = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def mse(m):
        return jnp.mean((m(inputs) - targets) ** 2).astype(jnp.float32)

    copy_weights(master, worker)
    half_grads = nnx.grad(lambda m: mse(m) * loss_scale)(worker)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32), half_grads)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    optimizer.update(master, grads)
    copy_weights(master, worker)
    return mse(worker).reshape(1)
