# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


@nnx.jit
def part_gradient(model, xb, yb):
    def loss(m):
        return mse(m, xb, yb)
    return nnx.grad(loss)(model)


def mse(model, xb, yb):
    gd, st = nnx.split(model, nnx.Param)
    m16 = nnx.merge(gd, jax.tree.map(lambda v: v.astype(jnp.bfloat16), st))
    return jnp.mean((m16(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(learning_rate=lr), wrt=nnx.Param)
    mean_grads = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    b = x.shape[0] // micro_batches
    for i in range(micro_batches):
        lo, hi = b * i, b * (i + 1)
        g = part_gradient(model, x[lo:hi], y[lo:hi])
        mean_grads = jax.tree.map(lambda m, d: m + d / micro_batches, mean_grads, g)
    opt.update(model, mean_grads)
    return jnp.reshape(mse(model, x, y).astype(jnp.float32), (1,))
