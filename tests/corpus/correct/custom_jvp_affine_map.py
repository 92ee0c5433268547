# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_jvp
def affine(w, b, x):
    return x @ w + b


@affine.defjvp
def _(primals, tangents):
    w, b, x = primals
    dw, db, dx = tangents
    return affine(w, b, x), x @ dw + dx @ w + db


def cast(*arrays):
    yield from (a.astype(jnp.bfloat16) for a in arrays)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [m.kernel[...], m.bias[...]]

    def mse(p):
        w, b, a, t = cast(*p, x, y)
        return ((affine(w, b, a) - t) ** 2).mean()

    g = jax.grad(lambda p: mse(p).astype(jnp.float32) * loss_scale)(p)
    while g:
        p.append(p.pop(0) - lr * (g.pop(0) / loss_scale))
    return mse(p).astype(jnp.float32)[None]
