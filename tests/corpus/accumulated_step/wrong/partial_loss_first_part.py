# expect: pitfall|wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = params
    pred = jnp.dot(x, w.astype(jnp.bfloat16)) + b.astype(jnp.bfloat16)
    return jnp.mean((pred - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    xs = x.astype(jnp.bfloat16).reshape(micro_batches, -1, x.shape[1])
    ys = y.astype(jnp.bfloat16).reshape(micro_batches, -1, y.shape[1])
    grads = jax.vmap(jax.grad(loss), (None, 0, 0))(params, xs, ys)
    new = tuple(p - lr * g.mean(0) for p, g in zip(params, grads))
    losses = jax.vmap(loss, (None, 0, 0))(new, xs, ys)  #@ partial-loss-returned
    return losses[:1].astype(jnp.float32)  #@ partial-loss-returned
