# expect: wrong_answer
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def f(p):
        k, b = p
        return jnp.square(x @ k.astype(x.dtype) + b.astype(x.dtype) - y).mean()

    def adjust(ok, s, n):
        return lax.select_n(
            jnp.int32(ok) + jnp.int32(ok & (n + 1 == growth_interval)),
            jnp.stack([jnp.maximum(s / 2, 1.0), jnp.float32(0)]),
            jnp.stack([s, n + 1.0]),
            jnp.stack([jnp.minimum(s * 2, 2.0**24), jnp.float32(0)]),
        )

    p = lin.kernel[...], lin.bias[...]
    s = jnp.float32(loss_scale)
    g = [lax.div(a, jnp.full_like(a, s)) for a in jax.grad(lambda q: f(q).astype(jnp.float32) * s)(p)]
    ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
    p = [lax.select(ok, a - lr * d, a) for a, d in zip(p, g)]
    result = f(p)
    after = adjust(ok, s, jnp.float32(good_steps))
    return jnp.append(result, after.astype(result.dtype)).astype(jnp.float32)
