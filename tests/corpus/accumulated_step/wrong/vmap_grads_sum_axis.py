# expect: wrong_answer
# finding: summed-grads
import jax, jax.numpy as jnp, optax
from flax import nnx

b16 = lambda a: a.astype(jnp.bfloat16)


def f(p, x, y):
    return jnp.mean((b16(x) @ b16(p[0]) + b16(p[1]) - b16(y)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]
    fold = lambda a: a.reshape(micro_batches, -1, a.shape[-1])
    gs = jax.vmap(jax.grad(f), (None, 0, 0))(p, fold(x), fold(y))
    g = [t.sum(axis=0) for t in gs]  #@ summed-grads
    p = [w - lr * d for w, d in zip(p, g)]  #@ summed-grads
    return f(p, x, y).astype(jnp.float32).reshape(1)
