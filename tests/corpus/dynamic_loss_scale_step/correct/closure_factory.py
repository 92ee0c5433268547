# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def make_loss(x, y):
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def loss(params):
        half = [p.astype(jnp.float16) for p in params]
        return jnp.mean((x16 @ half[0] + half[1] - y16) ** 2)

    return loss


def make_grad(loss, scale):
    def scaled(params):
        return loss(params).astype(jnp.float32) * scale

    g = jax.grad(scaled)

    def unscaled(params):
        return [a.astype(jnp.float32) / scale for a in g(params)]

    return unscaled


def make_sgd(lr):
    def sgd(params, grads):
        return [p - lr * g for p, g in zip(params, grads)]

    return sgd


def make_guard(fn):
    def guarded(params, grads):
        ok = True
        for g in grads:
            if not jnp.isfinite(g).all():
                ok = False
        return (fn(params, grads) if ok else params), ok

    return guarded


def make_schedule(interval, lo=1.0, hi=2.0**24):
    def schedule(scale, good, ok):
        if not ok:
            return max(scale / 2, lo), 0
        if good + 1 >= interval:
            return min(scale * 2, hi), 0
        return scale, good + 1

    return schedule


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [layer.kernel[...], layer.bias[...]]
    loss = make_loss(x, y)
    params, ok = make_guard(make_sgd(lr))(params, make_grad(loss, loss_scale)(params))
    scale, good = make_schedule(growth_interval)(loss_scale, good_steps, ok)
    return jnp.array([loss(params), scale, good], dtype=jnp.float32)
