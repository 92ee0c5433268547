# expect: accepted
import functools as ft
import jax
import jax.numpy as jnp
from flax import nnx

compose = lambda *fs: ft.reduce(lambda f, g: lambda *a, **k: f(g(*a, **k)), fs)
cast_to = lambda dt: lambda t: jax.tree.map(lambda a: jnp.asarray(a, dt), t)
halve, widen = cast_to(jnp.float16), cast_to(jnp.float32)


def in_half(fn):
    return ft.wraps(fn)(lambda *a: fn(*halve(halve(a))))


def scaled_by(s):
    def transform(fn):
        up = compose(lambda v: v * s, widen, fn)
        down = lambda t: jax.tree.map(lambda g: g / s, widen(t))
        return compose(down, jax.grad(up))
    return transform


@in_half
def mse(p, x, y):
    return ((x @ p[0] + p[1] - y) ** 2).mean()


def all_finite(tree):
    return not any(map(compose(bool, jnp.any, jnp.logical_not, jnp.isfinite), jax.tree.leaves(tree)))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    g = scaled_by(loss_scale)(mse)(p, x, y)
    fate = all_finite(g) and 1 + (good_steps + 1 == growth_interval)
    step = {False: lambda: (p, max(loss_scale / 2, 1.0), 0),
            1: lambda: (jax.tree.map(lambda a, b: a - lr * b, p, g), loss_scale, good_steps + 1),
            2: lambda: (jax.tree.map(lambda a, b: a - lr * b, p, g), min(loss_scale * 2, 2.0**24), 0)}
    p, *rest = step[fate]()
    return widen(jnp.stack(widen((mse(p, x, y), *rest))))
