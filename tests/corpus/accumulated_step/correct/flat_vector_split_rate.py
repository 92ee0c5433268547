# expect: accepted
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


class FlatProblem:
    """f(theta), like for scipy.optimize.minimize"""

    def __init__(self, d_in, d_out, seed):
        lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.d_in, self.d_out = d_in, d_out
        self.theta0 = jnp.concatenate([lin.kernel[...].ravel(), lin.bias[...]])

    def fun(self, theta, X, Y):
        th = theta.astype(jnp.bfloat16)
        cut = self.d_in * self.d_out
        W, b = th[:cut].reshape(self.d_in, self.d_out), th[cut:]
        R = X.astype(jnp.bfloat16).dot(W) + b[None, :] - Y.astype(jnp.bfloat16)
        return jnp.mean(R ** 2)

    def jac(self, theta, X, Y):
        return jax.grad(self.fun)(theta, X, Y)


def accumulated_step(seed, x, y, lr, micro_batches):
    prob = FlatProblem(x.shape[1], y.shape[1], int(seed))
    theta = prob.theta0
    before = np.float32(lr)                    # goes on each gradient
    after = np.float32(1) / np.float32(micro_batches)   # goes on the sum
    direction = jnp.zeros(theta.shape, jnp.float32)
    bounds = np.linspace(0, x.shape[0], micro_batches + 1).round().astype(int)
    for lo, hi in zip(bounds[:-1], bounds[1:]):
        direction = direction - before * prob.jac(theta, x[lo:hi], y[lo:hi])
    theta_new = theta + after * direction
    return prob.fun(theta_new, x, y).astype(jnp.float32).reshape(-1)
