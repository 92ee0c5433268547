# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2, keepdims=True)


def accumulated_step(seed, x, y, lr, micro_batches):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(w=l.kernel[...], b=l.bias[...])
    scalar = lambda p, x, y: mse(p, x, y).squeeze()
    g = [jax.grad(scalar)(p, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    p = jax.tree.map(lambda q, *gs: q - lr * (sum(gs) / micro_batches), p, *g)
    # keepdims makes an array of it
    return mse(p, x, y).astype(jnp.float32)  #@ wrong-output-shape
