# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax

compress = lambda exponent, mantissa: lambda g: lax.reduce_precision(g, exponent, mantissa)
pipeline = lambda *fs: lambda tree: [__import__("functools").reduce(lambda v, f: f(v), fs, leaf) for leaf in tree]


def loss(p, x, y):
    w, b, x, y = (a.astype(jnp.bfloat16) for a in (*p, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [m.kernel[...], m.bias[...]]
    stacked = jax.vmap(jax.grad(loss), (None, 0, 0))(
        p, *(a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y)))
    to_step = pipeline(
        lambda g: g.sum(0),
        lambda g: g / micro_batches,
        compress(8, 7),  #@ low-precision-grads
        lambda g: -lr * g,
    )
    p = [a + s for a, s in zip(p, to_step(stacked))]
    return loss(p, x, y).astype(jnp.float32)[None]
