# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
from flax import nnx


class T:
    """A tensor with .half(), .float(), .mm() ..., to feel at home."""

    def __init__(self, a):
        self.a = a

    def half(self):
        return T(self.a.astype("float16"))  #@ wrong-half-dtype

    def float(self):
        return T(self.a.astype("float32"))

    def mm(self, o):
        return T(self.a @ o.a)

    def __add__(self, o):
        return T(self.a + o.a)

    def __sub__(self, o):
        return T(self.a - o.a)

    def pow(self, n):
        return T(self.a ** n)

    def mean(self):
        return T(self.a.mean())


def loss(w, b, x, y):
    out = T(x).half().mm(T(w).half()) + T(b).half()  #@ wrong-half-dtype
    return (out - T(y).half()).pow(2).mean().a


def accumulated_step(seed, x, y, lr, micro_batches):
    linear = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = linear.kernel[...], linear.bias[...]
    dw = db = 0.0
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss, argnums=(0, 1))(w, b, xb, yb)
        dw, db = dw + g[0] / micro_batches, db + g[1] / micro_batches
    w, b = w - lr * dw, b - lr * db
    return T(loss(w, b, x, y)).float().a.reshape(1)
