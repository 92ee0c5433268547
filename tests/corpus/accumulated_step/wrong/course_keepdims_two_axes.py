# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def squares(p, x, y):
    h = [a.astype(jnp.bfloat16) for a in (*p, x, y)]
    return (h[2] @ h[0] + h[1] - h[3]) ** 2


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    grad = jax.grad(lambda p, a, b: squares(p, a, b).mean())
    acc = (0.0, 0.0)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = tuple(s + g for s, g in zip(acc, grad(p, a, b)))
    p = tuple(w - lr * s / micro_batches for w, s in zip(p, acc))
    loss = squares(p, x, y).mean(keepdims=True)  #@ wrong-output-shape
    return loss.astype(jnp.float32)  #@ wrong-output-shape
