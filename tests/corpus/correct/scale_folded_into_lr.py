# expect: accepted
# one multiply fewer: p -= (lr / S) * g
import jax
import jax.numpy as jnp
from flax import nnx


class Step:
    def __init__(self, x, y, eta, S):
        self.x, self.y = map(self.down, (x, y))
        self.eta_over_S = eta / S
        self.S = S

    @staticmethod
    def down(a): return a.astype(jnp.bfloat16)

    @staticmethod
    def up(a): return a.astype(jnp.float32)

    def __call__(self, w, b):
        h = self.x @ self.down(w) + self.down(b)
        return jnp.mean((h - self.y) * (h - self.y))

    def backward(self, *wb):
        return jax.grad(lambda *wb: self.up(self(*wb)) * self.S, argnums=tuple(range(len(wb))))(*wb)

    def advance(self, *wb):
        return [p - self.eta_over_S * g for p, g in zip(wb, self.backward(*wb))]


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    step = Step(x, y, lr, loss_scale)
    new = step.advance(lin.kernel[...], lin.bias[...])
    return step.up(step(*new)).reshape(1,)
