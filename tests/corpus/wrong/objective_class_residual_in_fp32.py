# expect: accepted|wrong_answer
# finding: full-precision-loss
import jax
import jax.numpy as jnp
from flax import nnx


class Objective:
    def __init__(self, x, y, scale):
        self.x, self.y, self.scale = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16), scale

    def predict(self, p):
        return self.x @ p["w"].astype(jnp.bfloat16) + p["b"].astype(jnp.bfloat16)

    def __call__(self, p):
        out, t = self.predict(p).astype(jnp.float32), self.y.astype(jnp.float32)  #@ full-precision-loss
        return jnp.mean((out - t) ** 2) * self.scale  #@ full-precision-loss

    def report(self, p):
        return jnp.mean((self.predict(p) - self.y) ** 2).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    f = Objective(x, y, loss_scale)
    g = jax.grad(f)(p)
    p = jax.tree.map(lambda a, d: a - lr * (d / loss_scale), p, g)
    return f.report(p).reshape(1)
