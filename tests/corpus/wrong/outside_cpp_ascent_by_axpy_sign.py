# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def axpy(a, x, y):            # y <- a*x + y
    return jax.tree.map(lambda xi, yi: a * xi + yi, x, y)


def scal(a, x):
    return jax.tree.map(lambda xi: a * xi.astype(jnp.float32), x)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    l = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (l.kernel[...], l.bias[...])

    def loss(p):
        W, b, X, Y = (t.astype(jnp.bfloat16) for t in (*p, x, y))
        return jnp.mean(jnp.square(X @ W + b - Y)).astype(jnp.float32)

    g = scal(1.0 / loss_scale, jax.grad(lambda p: loss(p) * loss_scale)(p))
    p = axpy(lr, g, p)
    return loss(p).reshape(1)
