# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = params
    return jnp.mean(jnp.square(x @ w.astype(x.dtype) + b.astype(x.dtype) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = lin.kernel[...], lin.bias[...]
    x = x.astype(jnp.bfloat16).reshape(micro_batches, -1, x.shape[1])
    y = y.astype(jnp.bfloat16).reshape(micro_batches, -1, y.shape[1])
    grads = jax.lax.map(lambda xy: jax.grad(loss)(params, *xy), (x, y))
    params = jax.tree.map(lambda p, g: p - lr * jnp.mean(g, 0), params, grads)
    losses = jax.lax.map(lambda xy: loss(params, *xy), (x, y))
    return losses[:1].astype(jnp.float32)  #@ partial-loss-returned
