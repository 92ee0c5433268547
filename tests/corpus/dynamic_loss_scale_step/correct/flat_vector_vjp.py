# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax.flatten_util import ravel_pytree


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    gd, st = nnx.split(layer, nnx.Param)
    theta, unravel = ravel_pytree(nnx.as_pure(st))  # float32, one vector
    unravel16 = lambda v: jax.tree.map(lambda a: a.astype(jnp.float16), unravel(v))

    xh = jnp.asarray(x, dtype="float16")
    yh = jnp.asarray(y, dtype="float16")

    def f(v):
        r = nnx.merge(gd, unravel16(v))(xh) - yh
        return jnp.mean(r * r).astype(jnp.float32)

    # d(S * f) is the pullback of S through f
    _, pullback = jax.vjp(f, theta)
    (g,) = pullback(jnp.float32(loss_scale))
    g = g / jnp.float32(loss_scale)

    ok = bool(jnp.isfinite(g).all())
    if ok:
        opt = optax.sgd(lr)
        upd, _ = opt.update(g, opt.init(theta))
        theta = optax.apply_updates(theta, upd)

    n = good_steps + 1 if ok else 0
    s = loss_scale
    if not ok:
        s = max(1.0, s / 2)
    elif n == growth_interval:
        s, n = min(2.0**24, s * 2), 0
    out = jnp.zeros(3, jnp.float32)
    return out.at[0].set(f(theta)).at[1].set(s).at[2].set(n)
