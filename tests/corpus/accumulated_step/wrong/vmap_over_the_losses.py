# expect: wrong_answer
# allow: low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    error = jnp.dot(x.astype(jnp.bfloat16), w) + b - y.astype(jnp.bfloat16)
    return jnp.mean(error * error)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])
    total = lambda p: jnp.mean(jax.vmap(loss, (None, 0, 0))(p, xs, ys).astype(jnp.float32))  #@ low-precision-accumulator
    grads = jax.grad(total)(params)
    params = tuple(p - lr * g for p, g in zip(params, grads))
    return loss(params, x, y).astype(jnp.float32).reshape(1)
