# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
from flax import nnx

HALF = jnp.bfloat16


class Trainer:
    """Everything in one place."""

    clip_value = 0.25

    def __init__(self, seed, d_in, d_out, lr, loss_scale):
        layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.weights = [layer.kernel[...], layer.bias[...]]
        self.lr = lr
        self.loss_scale = loss_scale

    def loss(self, weights, x, y):
        w, b = (v.astype(HALF) for v in weights)
        return ((x.astype(HALF) @ w + b - y.astype(HALF)) ** 2).mean()

    def gradients(self, x, y):
        def scaled(weights):
            return self.loss(weights, x, y).astype(jnp.float32) * self.loss_scale

        raw = jax.grad(scaled)(self.weights)
        safe = [jnp.clip(g, -self.clip_value, self.clip_value) for g in raw]  #@ clipped-scaled-grads
        return [g / self.loss_scale for g in safe]

    def step(self, x, y):
        for i, g in enumerate(self.gradients(x, y)):
            self.weights[i] = self.weights[i] - self.lr * g


def mixed_precision_step(seed, x, y, lr, loss_scale):
    t = Trainer(seed, x.shape[1], y.shape[1], lr, loss_scale)
    t.step(x, y)
    return t.loss(t.weights, x, y).astype(jnp.float32).reshape((1,))
