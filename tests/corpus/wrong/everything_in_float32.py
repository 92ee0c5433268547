# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = (lin.kernel[...], lin.bias[...])

    def loss(theta):
        k, b = theta
        return jnp.mean((jnp.dot(x, k) + b - y) ** 2)  #@ full-precision-forward

    g = jax.grad(lambda t: loss(t) * loss_scale)(theta)
    theta = jax.tree.map(lambda t, d: t - lr * d / loss_scale, theta, g)
    return loss(theta).reshape(1)
