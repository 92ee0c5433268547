# expect: accepted
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
from flax import nnx


@dataclass(frozen=True)
class LossScale:
    value: float
    good: int
    interval: int

    def succeeded(self):
        after = replace(self, good=self.good + 1)
        return after.grown() if after.good >= after.interval else after

    def grown(self):
        return replace(self, value=min(self.value * 2.0, 2.0**24), good=0)

    def failed(self):
        return replace(self, value=max(self.value / 2.0, 1.0), good=0)


def half(*arrays):
    return tuple(jnp.asarray(a, jnp.float16) for a in arrays)


def build_loss(xh, yh):
    def loss(kernel, bias):
        d = jnp.matmul(xh, kernel) + bias[None, :] - yh
        return jnp.mean(d * d)

    return loss


def gradients(loss, scale, kernel, bias):
    args = half(kernel, bias)
    _, jvp = jax.linearize(lambda k, b: loss(k, b).astype(jnp.float32) * scale, *args)
    transposed = jax.linear_transpose(jvp, *args)
    return [g.astype(jnp.float32) / scale for g in transposed(jnp.ones((), jnp.float32))]


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    weights = [layer.kernel[...], layer.bias[...]]
    ls = LossScale(loss_scale, good_steps, growth_interval)
    loss = build_loss(*half(x, y))

    grads = gradients(loss, ls.value, *weights)
    overflow = any(bool((~jnp.isfinite(g)).any()) for g in grads)
    if overflow:
        ls = ls.failed()
    else:
        weights = [w - lr * g for w, g in zip(weights, grads)]
        ls = ls.succeeded()

    out = jnp.zeros(3, jnp.float32)
    out = out.at[0].set(loss(*half(*weights)).astype(jnp.float32))
    out = out.at[1].set(ls.value)
    return out.at[2].set(ls.good)
