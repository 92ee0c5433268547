# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def mse(kernel, bias, x, y):
    kernel, bias, x, y = (t.astype(jnp.bfloat16) for t in (kernel, bias, x, y))
    return jnp.mean(jnp.square(x @ kernel + bias - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = model.kernel[...], model.bias[...]
    total = jnp.zeros_like(kernel)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total += jax.grad(mse)(kernel, bias, xb, yb)
    model.kernel[...] = kernel - lr * (total / micro_batches)
    return mse(model.kernel[...], model.bias[...], x, y).astype(jnp.float32).reshape(1)
