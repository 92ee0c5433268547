# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def standardise(x):
    mu, sigma = x.mean(-1, keepdims=True), x.std(-1, keepdims=True)
    return (x - mu) / (sigma + 1e-5)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[-1], y.shape[-1], dtype=jnp.bfloat16, param_dtype=jnp.float32, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    inputs, targets = standardise(x).astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def mse(model):
        return jnp.mean((model(inputs) - targets) ** 2).astype(jnp.float32)

    grads = nnx.grad(lambda m: mse(m) * loss_scale)(model)
    optimizer.update(model, jax.tree.map(lambda g: g / loss_scale, grads))
    return mse(model).reshape(1)
