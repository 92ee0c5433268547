# expect: pitfall|wrong_answer
# finding: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def squeeze(a):
    """Makes sure a number can be written as float16 without surprises."""
    return lax.reduce_precision(a, exponent_bits=5, mantissa_bits=10)  #@ master-downcast


class Trainer:
    def __init__(self, seed, d_in, d_out, lr):
        layer = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
        self.masters = [squeeze(layer.kernel[...]), squeeze(layer.bias[...])]  #@ master-downcast
        self.lr = lr

    def loss(self, masters, x, y):
        w, b = [m.astype(jnp.float16) for m in masters]
        e = lax.dot(x.astype(jnp.float16), w) + b - y.astype(jnp.float16)
        return lax.convert_element_type((e * e).mean(), jnp.float32)

    def step(self, x, y, scale):
        grads = jax.grad(lambda m: self.loss(m, x, y) * scale)(self.masters)
        grads = [g / scale for g in grads]
        finite = all(bool(lax.is_finite(g).all()) for g in grads)
        if finite:
            self.masters = [m - self.lr * g for m, g in zip(self.masters, grads)]
        return finite


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    t = Trainer(seed, x.shape[1], y.shape[1], lr)
    ok = t.step(x, y, loss_scale)
    n = good_steps + 1 if ok else 0
    s = loss_scale if ok else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        s, n = min(s * 2, 2.0**24), 0
    return jnp.array([t.loss(t.masters, x, y), s, n], jnp.float32)
