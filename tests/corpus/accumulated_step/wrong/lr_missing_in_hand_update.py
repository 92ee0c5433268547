# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    w, b = (q.astype(jnp.bfloat16) for q in p)
    return jnp.mean((x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)) ** 2)


def step(p, grads, lr=0.1):  #@ lr-ignored
    return [q - lr * g for q, g in zip(p, grads)]  #@ lr-ignored


def accumulated_step(seed, x, y, lr, micro_batches):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [l.kernel[...], l.bias[...]]
    acc = [0.0, 0.0]
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = [a + g for a, g in zip(acc, jax.grad(mse)(p, xb, yb))]
    p = step(p, [a / micro_batches for a in acc])  #@ lr-ignored
    return mse(p, x, y).astype(jnp.float32).reshape(1)
