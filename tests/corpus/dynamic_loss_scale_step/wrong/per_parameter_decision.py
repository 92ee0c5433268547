# expect: pitfall|wrong_answer
# finding: unchecked-overflow|partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


class Tensor:
    def __init__(self, value):
        self.value, self.grad, self.skipped = value, None, False

    def sgd_(self, lr):
        self.skipped = not bool(jnp.isfinite(self.grad).all())
        if not self.skipped:  #@ partial-finite-check, unchecked-overflow
            self.value = self.value - lr * self.grad


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    fc = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    tensors = [Tensor(fc.kernel[...]), Tensor(fc.bias[...])]

    def loss(values):
        w, b = (v.astype(jnp.float16) for v in values)
        return jnp.mean((x @ w + b - y) ** 2)

    values = [t.value for t in tensors]
    for t, g in zip(tensors, jax.grad(lambda v: loss(v).astype(jnp.float32) * loss_scale)(values)):
        t.grad = g.astype(jnp.float32) / loss_scale
        t.sgd_(lr)  #@ partial-finite-check, unchecked-overflow

    if any(t.skipped for t in tensors):
        s, c = max(loss_scale / 2, 1.0), 0
    else:
        s, c = loss_scale, good_steps + 1
        if c == growth_interval:
            s, c = min(s * 2, 2.0**24), 0
    return jnp.array([loss([t.value for t in tensors]).astype(jnp.float32), s, c], jnp.float32)
