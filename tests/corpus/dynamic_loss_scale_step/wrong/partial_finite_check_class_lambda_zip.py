# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


class MixedLinear:
    def __init__(self, d_in, d_out, seed):
        lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(seed))
        self.params = (lin.kernel[...], lin.bias[...])

    @staticmethod
    def half_loss(params, x, y):
        k, b = (p.astype(jnp.float16) for p in params)
        return jnp.square(x.astype(jnp.float16) @ k + b - y.astype(jnp.float16)).mean()

    def loss(self, x, y):
        return self.half_loss(self.params, x, y)

    def grads(self, x, y, scale):
        fn = lambda p: self.half_loss(p, x, y).astype(jnp.float32) * scale
        return tuple(g.astype(jnp.float32) / scale for g in jax.grad(fn)(self.params))

    def apply(self, grads, lr):
        self.params = tuple(p - lr * g for p, g in zip(self.params, grads))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = MixedLinear(x.shape[1], y.shape[1], int(seed))
    grads = model.grads(x, y, loss_scale)
    overflowed = not jnp.isfinite(grads[0]).all()  #@ partial-finite-check
    if overflowed:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    else:
        model.apply(grads, lr)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([float(model.loss(x, y)), loss_scale, good_steps], jnp.float32)
