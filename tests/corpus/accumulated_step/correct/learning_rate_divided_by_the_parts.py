# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    return jnp.mean(jnp.square(model(x) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    # Flax casts kernel and inputs by itself when it is given a dtype.
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)
    b = len(x) // micro_batches
    grads = nnx.grad(mse)(model, x[:b], y[:b])
    for k in range(1, micro_batches):
        more = nnx.grad(mse)(model, x[k * b : (k + 1) * b], y[k * b : (k + 1) * b])
        grads = jax.tree.map(lambda g, m: g + m, grads, more)
    optimizer.update(model, grads)
    return mse(model, x, y).astype(jnp.float32).reshape(1)
