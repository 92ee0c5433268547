# expect: wrong_answer
# finding: uncast-inputs
# finding: summed-grads
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


class Problem:
    def __init__(self, layer):
        self.w = layer.kernel[...]
        self.b = layer.bias[...]

    @staticmethod
    def f(w, b, x, y):
        pred = x @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16)  #@ uncast-inputs
        return jnp.mean((pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)) ** 2)

    def gradient(self, x, y):
        return jax.grad(self.f, argnums=(0, 1))(self.w, self.b, x, y)

    def update(self, lr, gw, gb):
        self.w, self.b = self.w - lr * gw, self.b - lr * gb


def accumulated_step(seed, x, y, lr, micro_batches):
    pr = Problem(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    gs = [pr.gradient(xb, yb) for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    pr.update(lr, sum(g[0] for g in gs), sum(g[1] for g in gs))  #@ summed-grads
    return pr.f(pr.w, pr.b, x, y).astype(jnp.float32).reshape(1)
