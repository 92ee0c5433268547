# expect: pitfall|wrong_answer
# finding: update-discarded|stale-loss
import copy
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def commit(model, optimizer, grads):
    fresh = nnx.clone(model)  #@ stale-loss, update-discarded
    optimizer.update(fresh, grads)  #@ stale-loss, update-discarded
    return fresh


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    dt = jnp.bfloat16

    def mse(m, a, b):
        k, c = m.kernel[...].astype(dt), m.bias[...].astype(dt)
        e = a.astype(dt) @ k + c - b.astype(dt)
        return jnp.mean(e * e)

    n = x.shape[0] // micro_batches
    total = nnx.grad(mse)(model, x[:n], y[:n])
    for lo in range(n, x.shape[0], n):
        total = jax.tree.map(jnp.add, total, nnx.grad(mse)(model, x[lo:lo + n], y[lo:lo + n]))
    commit(model, optimizer, jax.tree.map(lambda v: v / micro_batches, total))  #@ stale-loss, update-discarded
    return mse(model, x, y).astype(jnp.float32)[None]
