# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax, jax.numpy as jnp
from flax import nnx


class autocast:
    stack = []

    def __init__(self, dtype=jnp.bfloat16, enabled=False):  #@ full-precision-forward
        self.dtype = dtype if enabled else jnp.float32

    def __enter__(self):
        autocast.stack.append(self.dtype)

    def __exit__(self, *a):
        autocast.stack.pop()

    @classmethod
    def cast(cls, v):
        return v.astype(cls.stack[-1])


def forward_loss(p, x, y):
    with autocast(jnp.bfloat16):
        w, b, x, y = map(autocast.cast, (*p, x, y))
        return ((x @ w + b - y) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    x, y = jnp.asarray(x), jnp.asarray(y)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = lin.kernel[...], lin.bias[...]
    s = jnp.zeros_like(p[0]), jnp.zeros_like(p[1])
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(forward_loss)(p, xb, yb)
        s = s[0] + g[0], s[1] + g[1]
    p = tuple(q - lr * t / micro_batches for q, t in zip(p, s))
    return forward_loss(p, x, y).astype(jnp.float32)[None]
