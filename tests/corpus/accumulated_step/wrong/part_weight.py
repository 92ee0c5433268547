# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def loss(half, xb, yb):
    return jnp.mean(jnp.square(xb @ half["w"] + half["b"] - yb))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    low = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    half, xs, ys = low(params), jnp.split(low(x), micro_batches), jnp.split(low(y), micro_batches)
    mean = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(xs, ys):
        g = jax.grad(loss)(half, xb, yb)
        g = jax.tree.map(lambda t: t / micro_batches, g)  #@ low-precision-grads
        mean = jax.tree.map(lambda m, t: m + t.astype(jnp.float32), mean, g)
    params = jax.tree.map(lambda p, m: p - lr * m, params, mean)
    return loss(low(params), low(x), low(y)).astype(jnp.float32).reshape(1)
