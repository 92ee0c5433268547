# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, x, y, dtype=jnp.bfloat16):
    w, b = jax.tree.map(lambda p: p.astype(dtype), params)
    return jnp.mean((x.astype(dtype) @ w + b - y.astype(dtype)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    grads = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = jax.tree.map(jnp.add, grads, jax.grad(loss_fn)(params, xb, yb))
    params = jax.tree.map(lambda p, g: p - lr * g / micro_batches, params, grads)
    final = loss_fn(params, x, y, dtype=jnp.float16)  #@ wrong-half-dtype
    return final.astype(jnp.float32).reshape(1)
