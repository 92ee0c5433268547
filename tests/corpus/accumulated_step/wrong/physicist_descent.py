# expect: pitfall|wrong_answer
# finding: low-precision-update
# gradient descent on a quadratic energy, in plain arrays
import jax
import jax.numpy as jnp
from flax import nnx

REAL, SHORT = jnp.float32, jnp.bfloat16


def potential(q, x, y):
    A, c = (v.astype(SHORT) for v in q)
    u = x @ A + c - y
    return jnp.mean(u * u)


def mean_force(q, x, y, parts):
    grad_U = jax.grad(potential)
    F = [jnp.zeros(v.shape, REAL) for v in q]
    for xs, ys in zip(jnp.split(x, parts), jnp.split(y, parts)):
        F = [f - g for f, g in zip(F, grad_U(q, xs, ys))]
    return [f / parts for f in F]


def leap(q, F, dt):
    out = []
    for v, f in zip(q, F):
        moved = v.astype(SHORT) + dt * f.astype(SHORT)  #@ low-precision-update
        out.append(moved.astype(REAL))
    return out


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    q = [layer.kernel[...], layer.bias[...]]
    x = jnp.asarray(x).astype(SHORT)
    y = jnp.asarray(y).astype(SHORT)
    q = leap(q, mean_force(q, x, y, micro_batches), lr)
    return potential(q, x, y).astype(REAL)[None]
