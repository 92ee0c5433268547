# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import functools as ft
import operator as op
import jax
import jax.numpy as jnp
from flax import nnx

then = lambda *fs: lambda *a: ft.reduce(lambda v, f: f(v), fs[1:], fs[0](*a))
each = lambda f: ft.partial(jax.tree.map, f)
half = each(lambda a: jnp.asarray(a, jnp.float16))
wide = each(lambda a: jnp.asarray(a, jnp.float32))
affine = lambda t: t[1] @ t[0][0] + t[0][1] - t[2]
mse = then(half, affine, jnp.square, jnp.mean)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    with_data = lambda q: (q, x, y)
    scaled = then(with_data, mse, ft.partial(op.mul, loss_scale), wide)  #@ low-precision-loss-scale
    grads = then(jax.grad(scaled), wide, each(lambda g: g / loss_scale))(p)
    ok = then(each(lambda g: bool(jnp.isfinite(g).all())), jax.tree.all)(grads)
    p = jax.tree.map(lambda a, g: a - lr * g, p, grads) if ok else p
    n = good_steps + 1
    new = ((max(loss_scale / 2, 1.0), 0), (loss_scale, n), (min(loss_scale * 2, 2.0**24), 0))[ok + (ok and n == growth_interval)]
    return jnp.array((then(with_data, mse, wide)(p), *new), jnp.float32)
