# expect: pitfall|wrong_answer
# finding: low-precision-grads
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
    grads = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, xs, ys)
    grads = tuple(g.astype(jnp.bfloat16) for g in grads)  #@ low-precision-grads
    grads = tuple(g.astype(jnp.float32).mean(axis=0) for g in grads)
    params = tuple(p - lr * g for p, g in zip(params, grads))
    return loss(params, x, y).astype(jnp.float32).reshape(1)
