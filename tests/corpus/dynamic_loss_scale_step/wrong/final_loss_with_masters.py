# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def quad(p, x, y):
    return jnp.mean(optax.squared_error(x @ p["w"] + p["b"], y))


def mixed(fn, dtype=jnp.float16):
    return lambda *args: fn(*optax.tree.cast(args, dtype))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = jnp.asarray(x), jnp.asarray(y)
    p = {"w": lin.kernel[...], "b": lin.bias[...]}

    def one(carry, _):
        p, s, n = carry
        g = jax.grad(lambda q: mixed(quad)(q, x, y).astype(jnp.float32) * s)(p)
        g = jax.tree.map(lambda a: a / s, g)
        ok = jnp.isfinite(jnp.concatenate([a.ravel() for a in jax.tree.leaves(g)])).all()
        n = jnp.where(ok, n + 1, 0)
        up = n == growth_interval
        s = jnp.where(ok, jnp.where(up, jnp.minimum(s * 2, 2.0**24), s), jnp.maximum(s / 2, 1.0))
        p = jax.tree.map(lambda a, d: jnp.where(ok, a - lr * d, a), p, g)
        return (p, s, jnp.where(up, 0, n)), None

    (p, s, n), _ = jax.lax.scan(one, (p, jnp.float32(loss_scale), jnp.int32(good_steps)), length=1)
    return jnp.array([quad(p, x, y), s, n], jnp.float32)
