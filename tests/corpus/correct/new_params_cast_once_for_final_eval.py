# expect: accepted
# the casts in the second half only make the compute copy of the new masters
import jax
import jax.numpy as jnp
from flax import nnx


def low(tree):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), tree)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}
    x, y = low(x), low(y)

    def loss(p16):
        return jnp.mean((x @ p16["k"] + p16["b"] - y) ** 2)

    g16 = jax.grad(lambda q: loss(q).astype(jnp.float32) * loss_scale)(low(p))
    g = jax.tree.map(lambda t: t.astype(jnp.float32) / loss_scale, g16)
    p16 = jax.tree.map(lambda a, b: (a - lr * b).astype(jnp.bfloat16), p, g)
    return loss(p16).astype(jnp.float32).reshape((1,))
