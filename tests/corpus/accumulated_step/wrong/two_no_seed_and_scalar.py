# expect: wrong_answer
# finding: seed-ignored
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    key = nnx.Rngs(params=0)  #@ seed-ignored
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=key)  #@ seed-ignored
    t = (lin.kernel[...], lin.bias[...])
    f = lambda t, a, b: jnp.mean((a.astype(jnp.bfloat16) @ t[0].astype(jnp.bfloat16) + t[1].astype(jnp.bfloat16) - b.astype(jnp.bfloat16)) ** 2)
    g = [jax.grad(f)(t, a, b) for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    t = tuple(w - lr * sum(d) / micro_batches for w, d in zip(t, zip(*g)))
    return jnp.float32(f(t, x, y))  #@ wrong-output-shape
