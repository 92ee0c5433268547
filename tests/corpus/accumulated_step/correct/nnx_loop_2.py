# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_model(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def mse(model, xb, yb):
    m = half_model(model)
    err = m(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
    return jnp.mean(err**2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    rows = x.shape[0] // micro_batches
    total = None
    for i in range(micro_batches):
        part = slice(i * rows, (i + 1) * rows)
        g = nnx.grad(mse)(model, x[part], y[part])
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    opt.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return mse(model, x, y).astype(jnp.float32).reshape(1)
