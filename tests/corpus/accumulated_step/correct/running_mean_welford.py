# expect: accepted
# Instead of sum and division, a running mean: m <- m + (g - m) / (k + 1), all of it in float32.
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(model, x, y):
    k = model.kernel[...].astype(jnp.bfloat16)
    b = model.bias[...].astype(jnp.bfloat16)
    e = jnp.matmul(x.astype(jnp.bfloat16), k) + b - y.astype(jnp.bfloat16)
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    mean = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    per = x.shape[0] // micro_batches
    for k in range(micro_batches):
        g = nnx.grad(loss_fn)(model, x[k * per:][:per], y[k * per:][:per])
        mean = jax.tree.map(lambda m, g: m + (g - m) / (k + 1), mean, g)
    model.kernel[...] = model.kernel[...] - lr * mean["kernel"][...]
    model.bias[...] = model.bias[...] - lr * mean["bias"][...]
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
