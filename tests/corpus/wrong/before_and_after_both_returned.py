# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    low = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def loss(p):
        k, b = low(p)
        return jnp.mean((low(x) @ k + b - low(y)) ** 2).astype(jnp.float32)

    before, g = jax.value_and_grad(lambda p: loss(p) * loss_scale)(p)
    p = jax.tree.map(lambda a, d: a - lr * d / loss_scale, p, g)
    after = loss(p)
    return jnp.array([after, before / loss_scale])  #@ wrong-output-shape
