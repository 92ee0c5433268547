# expect: pitfall|wrong_answer
# finding: partial-finite-check
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def fold(f, init):
    return lambda tree: functools.reduce(f, jax.tree.leaves(tree), init)


all_finite = fold(lambda acc, g: jnp.isfinite(g).all(), jnp.bool_(True))  #@ partial-finite-check


def compose(*fs):
    return lambda v: functools.reduce(lambda a, f: f(a), fs, v)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    gdef, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    cast = lambda dt: lambda t: jax.tree.map(lambda a: a.astype(dt), t)
    half, single = cast(jnp.float16), cast(jnp.float32)
    xh, yh = half((jnp.asarray(x), jnp.asarray(y)))
    loss = compose(
        lambda s: nnx.merge(gdef, s)(xh) - yh,
        jnp.square,
        jnp.mean,
        single,
    )
    grads = compose(
        half,
        jax.grad(compose(loss, lambda l: l * loss_scale)),
        single,
        lambda t: jax.tree.map(lambda g: g / loss_scale, t),
    )(st)
    ok = all_finite(grads)
    st = jax.tree.map(lambda p, g: jnp.where(ok, p - lr * g, p), st, grads)
    grow = ok & (good_steps + 1 >= growth_interval)
    scale = jnp.where(ok, jnp.where(grow, min(loss_scale * 2, 2.0**24), loss_scale), max(loss_scale / 2, 1.0))
    count = jnp.where(grow | ~ok, 0, good_steps + 1)
    return jnp.stack([compose(half, loss)(st), scale, count]).astype(jnp.float32)
