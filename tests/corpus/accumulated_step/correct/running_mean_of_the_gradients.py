# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    pred = model(x)
    return jnp.mean((pred - y.astype(pred.dtype)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    mean = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for seen, (xb, yb) in enumerate(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)), 1):
        grads = nnx.grad(loss_fn)(model, xb, yb)
        mean = jax.tree.map(lambda m, g: m + (g - m) / seen, mean, grads)
    opt.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
