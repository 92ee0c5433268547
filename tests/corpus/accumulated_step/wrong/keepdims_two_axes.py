# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def squares(p, x, y):
    w, b, x, y = (t.astype(jnp.bfloat16) for t in (*p, x, y))
    return jnp.square(x @ w + b - y)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    grad = jax.grad(lambda p, x, y: squares(p, x, y).mean())
    acc = jax.tree.map(jnp.zeros_like, p)
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(lambda a, g: a + g / micro_batches, acc, grad(p, xs, ys))
    p = jax.tree.map(lambda a, g: a - lr * g, p, acc)
    return squares(p, x, y).mean(keepdims=True).astype(jnp.float32)  #@ wrong-output-shape
