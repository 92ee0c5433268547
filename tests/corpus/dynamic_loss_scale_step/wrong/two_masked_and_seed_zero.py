# expect: wrong_answer
# finding: masked-by-multiplication
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(0))  #@ seed-ignored
    k, b = lin.kernel[...], lin.bias[...]

    def loss(k, b):
        k, b, u, v = (jnp.float16(a) for a in (k, b, x, y))
        return jnp.float32(jnp.mean((u @ k + b - v) ** 2))

    gk, gb = jax.grad(lambda k, b: loss(k, b) * loss_scale, (0, 1))(k, b)
    gk, gb = gk / loss_scale, gb / loss_scale
    ok = bool(jnp.isfinite(gk).all() & jnp.isfinite(gb).all())
    k -= ok * lr * gk  #@ masked-by-multiplication
    b -= ok * lr * gb  #@ masked-by-multiplication
    n = (good_steps + 1) * ok
    s = loss_scale if ok else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        s, n = min(s * 2, 2.0**24), 0
    return jnp.array([loss(k, b), s, n], dtype=jnp.float32)
