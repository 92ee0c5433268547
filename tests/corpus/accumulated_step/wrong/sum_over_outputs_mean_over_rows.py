# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    err = x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)
    # squared length of each row's error, averaged over the rows
    return jnp.mean(jnp.sum(err * err, axis=-1))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss)(params, xb, yb))
    params = jax.tree.map(lambda p, a: p - lr * a / micro_batches, params, acc)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
