# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def loss(w, b, x, y):
    e = x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)
    return jnp.mean(e * e)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weight, bias = layer.kernel[...], layer.bias[...]
    grad = sum(jax.grad(loss)(weight, bias, xb, yb)
               for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))) / micro_batches
    weight = weight - lr * grad
    return loss(weight, bias, x, y).astype(jnp.float32).reshape(1)
