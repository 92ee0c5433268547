# expect: pitfall|wrong_answer
# finding: full-precision-forward
# finding: low-precision-update
import jax
import jax.numpy as jnp
from flax import nnx


def affine(w, b, x):
    return (jnp.dot(x, w) + b).astype(jnp.bfloat16)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    theta = (m.kernel[...], m.bias[...])
    xb, yb = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def train_objective(theta):
        r = affine(*theta, xb) - yb  #@ full-precision-forward
        return jnp.mean(r * r).astype(jnp.float32) * loss_scale

    grads = jax.grad(train_objective)(theta)

    def descend(p, g):
        delta = (lr * (g / loss_scale)).astype(jnp.bfloat16)  #@ low-precision-update
        return p - delta

    w, b = (t.astype(jnp.bfloat16) for t in map(descend, theta, grads))
    r = affine(w, b, xb) - yb
    return jnp.mean(r * r).astype(jnp.float32)[None]
