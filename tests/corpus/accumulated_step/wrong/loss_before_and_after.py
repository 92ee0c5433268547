# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, x, y):
    c = jax.tree.map(lambda a: a.astype(jnp.bfloat16), p)
    return jnp.mean((x @ c["w"] + c["b"] - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    parts = [a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y)]
    g = jax.vmap(jax.grad(loss), (None, 0, 0))(p, *parts)
    before = loss(p, x, y)
    p = jax.tree.map(lambda w, d: w - lr * d.mean(0), p, g)
    after = loss(p, x, y)
    return jnp.stack([before, after]).astype(jnp.float32)  #@ wrong-output-shape
