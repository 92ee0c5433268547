# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = [lin.kernel[...], lin.bias[...]]
    cast = lambda *a: [t.astype(jnp.float16) for t in a]
    xh, yh = cast(x, y)

    def objective(p):
        k, b = cast(*p)
        return jnp.mean((xh @ k + b - yh) ** 2)

    g = jax.grad(lambda p: objective(p).astype(jnp.float32) * loss_scale)(p)
    g = [d.astype(jnp.float32) / loss_scale for d in g]
    ok = all(jnp.isfinite(d).all() for d in g)
    g = cast(*g)  #@ low-precision-grads
    if ok:
        p = [a - lr * d.astype(jnp.float32) for a, d in zip(p, g)]

    n = ok * (good_steps + 1)
    s = loss_scale if ok else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        s, n = min(s * 2, 2.0**24), 0
    return jnp.array([objective(p), s, n], dtype=jnp.float32)
