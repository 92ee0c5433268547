# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def new_tensor(like, value):
    """tensor.new_tensor(value)"""
    return jnp.asarray(value, dtype=like.dtype)


class ScaledLoss:
    def __init__(self, fn, factor):
        self.fn, self.factor = fn, factor

    def __call__(self, *args):
        loss = self.fn(*args)
        scaled = loss * new_tensor(loss, self.factor)  #@ low-precision-loss-scale
        return scaled.astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    half = lambda t: jax.tree.map(lambda a: jnp.asarray(a).astype(jnp.float16), t)
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    master = [lin.kernel[...], lin.bias[...]]
    x16, y16 = half([x, y])

    def fn(ps):
        k, b = half(ps)
        return ((x16 @ k + b - y16) ** 2).mean()

    grads = [g.astype(jnp.float32) / loss_scale for g in jax.grad(ScaledLoss(fn, loss_scale))(master)]
    overflow = any((~jnp.isfinite(g)).any() for g in grads)
    if overflow:
        return jnp.array([fn(master).astype(jnp.float32), max(loss_scale / 2, 1.0), 0], jnp.float32)
    master = [m - lr * g for m, g in zip(master, grads)]
    if good_steps + 1 == growth_interval:
        return jnp.array([fn(master).astype(jnp.float32), min(loss_scale * 2, 2.0**24), 0], jnp.float32)
    return jnp.array([fn(master).astype(jnp.float32), loss_scale, good_steps + 1], jnp.float32)
