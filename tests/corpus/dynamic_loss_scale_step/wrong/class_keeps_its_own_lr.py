# expect: wrong_answer
# finding: lr-ignored
import jax
import jax.numpy as jnp
from flax import nnx


class SGD:
    lr = 0.1

    def __init__(self, lr=None):
        if lr is not None:
            self.lr = lr

    def __call__(self, params, grads):
        return [p - self.lr * g for p, g in zip(params, grads)]  #@ lr-ignored


class LossScale:
    def __init__(self, s, n, every):
        self.s, self.n, self.every = s, n, every

    def good(self):
        self.n += 1
        if self.n == self.every:
            self.s, self.n = min(2 * self.s, 2.0**24), 0

    def bad(self):
        self.s, self.n = max(self.s / 2, 1.0), 0


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    sgd, ls = SGD(), LossScale(loss_scale, good_steps, growth_interval)  #@ lr-ignored

    def mse(params):
        k, b, u, v = (a.astype(jnp.float16) for a in (*params, x, y))
        return jnp.mean((u @ k + b - v) ** 2)

    grads = [g / ls.s for g in jax.grad(lambda p: mse(p).astype(jnp.float32) * ls.s)(params)]
    if all(jnp.isfinite(g).all() for g in grads):
        params = sgd(params, grads)
        ls.good()
    else:
        ls.bad()
    return jnp.array([mse(params).astype(jnp.float32), ls.s, ls.n], dtype=jnp.float32)
