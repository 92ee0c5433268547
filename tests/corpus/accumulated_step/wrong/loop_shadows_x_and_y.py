# expect: wrong_answer
# finding: partial-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    w, b = p["w"].astype(jnp.bfloat16), p["b"].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    parts = list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)))
    acc = jax.tree.map(jnp.zeros_like, p)
    for x, y in parts:  #@ partial-loss-returned
        acc = jax.tree.map(jnp.add, acc, jax.grad(mse)(p, x, y))
    p = jax.tree.map(lambda a, g: a - lr * (g / micro_batches), p, acc)
    return mse(p, x, y).astype(jnp.float32).reshape(1)  #@ partial-loss-returned
