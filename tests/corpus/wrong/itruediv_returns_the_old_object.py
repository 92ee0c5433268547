# expect: pitfall|wrong_answer
# finding: unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


class Grads(dict):
    def __truediv__(self, s):
        return Grads((k, v / s) for k, v in self.items())

    def __itruediv__(self, s):
        self / s  #@ unscaled-grads
        return self  #@ unscaled-grads


def mse(p, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (dict(p), x, y))
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    grads = Grads(jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(p))
    grads /= loss_scale  #@ unscaled-grads
    for name in p:
        p[name] -= lr * grads[name]  #@ unscaled-grads
    return mse(p, x, y).astype(jnp.float32).reshape(1)
