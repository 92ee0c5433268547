# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9, nesterov=True):
        self.lr, self.mu, self.nesterov = lr, momentum, nesterov
        self.buf = [jnp.zeros_like(p) for p in params]

    def step(self, params, grads):
        self.buf = [self.mu * b + g for b, g in zip(self.buf, grads)]
        d = [g + self.mu * b for b, g in zip(self.buf, grads)] if self.nesterov else self.buf
        return [p - self.lr * di for p, di in zip(params, d)]


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    sgd = MomentumSGD(params, lr)

    def mse(params, a, b):
        w, c, a, b = map(jnp.bfloat16, (*params, a, b))
        return ((a @ w + c - b) ** 2).mean()

    gs = list(map(lambda ab: jax.grad(mse)(params, *ab), zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))
    params = sgd.step(params, [sum(g) / micro_batches for g in zip(*gs)])
    return mse(params, x, y).astype(jnp.float32)[None]
