# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (lin.kernel[...], lin.bias[...])
    f16 = lambda a: jax.lax.convert_element_type(a, jnp.float16)

    def scaled_and_not(q, s):
        k, b = map(f16, q)
        raw = jnp.mean(jax.lax.integer_pow(f16(x) @ k + b - f16(y), 2))
        return raw.astype(jnp.float32) * s

    s = jnp.float32(loss_scale)
    _, tangent_map = jax.linearize(lambda q: scaled_and_not(q, s), p)
    (g,) = jax.linear_transpose(tangent_map, p)(jnp.float32(1))
    g = jax.tree.map(lambda a: a / s, g)          # float32 already, the masters are
    ok = ~jnp.any(jnp.concatenate([jnp.ravel(~jnp.isfinite(a)) for a in g]))
    p = jax.tree.map(lambda old, d: jnp.where(ok, old - lr * d, old), p, g)
    n = (good_steps + 1) * ok
    s2 = jnp.select([~ok, n == growth_interval], [jnp.maximum(s / 2, 1), jnp.minimum(s * 2, 2**24)], s)
    return jnp.stack([scaled_and_not(p, jnp.float32(1)), s2, jnp.float32(n % growth_interval)])
