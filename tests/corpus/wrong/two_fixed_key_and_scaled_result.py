# expect: wrong_answer
# finding: seed-ignored
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


class Experiment:
    def __init__(self, din, dout):
        lin = nnx.Linear(din, dout, rngs=nnx.Rngs(params=42))  #@ seed-ignored
        self.params = [lin.kernel[...], lin.bias[...]]

    def objective(self, params, x, y, scale):
        w, b, x, y = (t.astype(jnp.bfloat16) for t in [*params, x, y])
        return jnp.mean((x @ w + b - y) ** 2).astype(jnp.float32) * scale

    def step(self, x, y, lr, scale):
        grads = jax.grad(self.objective)(self.params, x, y, scale)
        self.params = [p - lr * (g / scale) for p, g in zip(self.params, grads)]
        return self.objective(self.params, x, y, scale)  #@ scaled-loss-returned


def mixed_precision_step(seed, x, y, lr, loss_scale):
    exp = Experiment(x.shape[-1], y.shape[-1])  #@ seed-ignored
    out = exp.step(x, y, lr, loss_scale)
    return out.reshape(1)  #@ scaled-loss-returned
