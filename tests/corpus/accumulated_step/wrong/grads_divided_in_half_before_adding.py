# expect: pitfall|wrong_answer
# finding: low-precision-grads|low-precision-accumulator
import jax
import jax.numpy as jnp
from flax import nnx


def loss(half, xb, yb):
    pred = xb @ half["w"] + half["b"]
    return jnp.mean((pred - yb) ** 2)


def half(tree):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = half((x, y))
    acc = jax.tree.map(jnp.zeros_like, params)
    n = len(x) // micro_batches
    for i in range(micro_batches):
        g = jax.grad(loss)(half(params), x[i * n:i * n + n], y[i * n:i * n + n])
        g = jax.tree.map(lambda t: t / micro_batches, g)  #@ low-precision-accumulator, low-precision-grads
        acc = jax.tree.map(lambda a, t: a + t.astype(jnp.float32), acc, g)
    params = jax.tree.map(lambda p, a: p - lr * a, params, acc)
    return loss(half(params), x, y).astype(jnp.float32).reshape(1)
