# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def mse(p, a, t):
        (w, b), a, t = half((p, a, t))
        return jnp.mean((a @ w + b - t) ** 2)

    def body(p, batch):
        g = jax.grad(lambda q: mse(q, *batch).astype(jnp.float32) * loss_scale)(p)
        p = jax.tree.map(lambda a, d: a - lr * (d / loss_scale), p, g)
        return p, mse(p, *batch).astype(jnp.float32).reshape(1)  #@ wrong-output-shape

    _, out = jax.lax.scan(body, (lin.kernel[...], lin.bias[...]), (x[None], y[None]))  #@ wrong-output-shape
    return out  #@ wrong-output-shape
