# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def mse(theta, x, y):
    w, b = (t.astype(jnp.bfloat16) for t in theta)
    r = x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)
    return jnp.mean(r * r)


def shorten(operand):
    g, n = operand
    return jax.tree.map(lambda t: t / n, g)


def leave(operand):
    return operand[0]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel[...], lin.bias[...])
    value, pullback = jax.vjp(lambda t: mse(t, x, y).astype(jnp.float32), theta)
    (g,) = pullback(jnp.float32(loss_scale))
    n = jnp.sqrt(jnp.vdot(g[0], g[0]) + jnp.vdot(g[1], g[1]))  #@ clipped-scaled-grads
    g = lax.cond(n > 1.0, shorten, leave, (g, n))  #@ clipped-scaled-grads
    g = jax.tree.map(lambda t: t / loss_scale, g)
    theta = jax.tree.map(lambda t, d: t - lr * d, theta, g)
    return mse(theta, x, y).astype(jnp.float32).reshape(1)
