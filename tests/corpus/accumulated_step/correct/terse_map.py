# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

H = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)


def accumulated_step(seed, x, y, lr, micro_batches):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    f = lambda p, b: (lambda p, b: ((b[0] @ p[0] + p[1] - b[1]) ** 2).mean())(H(p), H(b))
    p, cut = (l.kernel[...], l.bias[...]), lambda a: a.reshape(micro_batches, -1, a.shape[1])
    g = jax.lax.map(lambda b: jax.grad(f)(p, b), (cut(x), cut(y)))
    p = jax.tree.map(lambda a, d: a - lr * d.sum(0) / micro_batches, p, g)
    return f(p, (x, y)).astype(jnp.float32)[None]
