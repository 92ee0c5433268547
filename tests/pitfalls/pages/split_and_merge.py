# The right side of: uncast-inputs, full-precision-loss, full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(model, x, y):
    graphdef, state = nnx.split(model)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    pred = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
    error = pred - y.astype(jnp.bfloat16)
    return jnp.mean(error**2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad = nnx.grad(lambda m: mse(m, x, y).astype("float32") * loss_scale)
    grads = jax.tree.map(lambda g: g / loss_scale, grad(model))
    optimizer.update(model, grads)
    return mse(model, x, y).astype(jnp.float32).reshape(1)
