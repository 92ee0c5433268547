# expect: pitfall|wrong_answer
# finding: low-precision-update
# allow: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w, b = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jnp.mean((x @ w + b - y) ** 2)


def sgd(p, g, lr):
    delta = jnp.asarray(lr * g, dtype=jnp.bfloat16)  #@ low-precision-update
    return p - delta


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    x = x.astype(jnp.bfloat16)
    y = y.astype(jnp.bfloat16)
    acc = jax.tree.map(jnp.zeros_like, params)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = jax.grad(loss)(params, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        acc = jax.tree.map(jnp.add, acc, g)
    mean = jax.tree.map(lambda a: a / micro_batches, acc)
    params = jax.tree.map(lambda p, g: sgd(p, g, lr), params, mean)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
