# expect: pitfall|wrong_answer
# finding: update-discarded
import jax, jax.numpy as jnp
from flax import nnx


class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr
        self.grads = [jnp.zeros_like(p) for p in params]
        self.n = 0

    def accumulate(self, grads):
        self.grads = [a + g for a, g in zip(self.grads, grads)]
        self.n += 1

    def step(self):
        for p, g in zip(self.params, self.grads):
            p -= self.lr * g / self.n  #@ update-discarded


def mse(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return jnp.mean((x @ w + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    opt = SGD([layer.kernel[...], layer.bias[...]], lr)
    x, y = jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16)
    size = x.shape[0] // micro_batches
    for s in range(0, x.shape[0], size):
        opt.accumulate(jax.grad(mse)(opt.params, x[s:s + size], y[s:s + size]))
    opt.step()
    return mse(opt.params, x, y).astype(jnp.float32).reshape(1)
