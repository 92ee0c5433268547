# expect: pitfall|wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(x @ w + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    xs = x.reshape(micro_batches, x.shape[0] // micro_batches, x.shape[1])
    ys = y.reshape(micro_batches, y.shape[0] // micro_batches, y.shape[1])
    grads = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, xs, ys)
    grads = jax.tree.map(lambda g: g.sum(axis=0), grads)  #@ summed-grads
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)  #@ summed-grads
    return jnp.array([loss(params, x, y)], dtype=jnp.float32)
