# expect: wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = m.kernel[...], m.bias[...]

    def mse(w, b):
        e = x.astype(jnp.float16) @ w.astype(jnp.float16) + b.astype(jnp.float16) - y.astype(jnp.float16)
        return jnp.mean(jnp.square(e))

    g = jax.grad(lambda w, b: mse(w, b).astype(jnp.float32) * loss_scale, argnums=(0, 1))(w, b)
    gw, gb = (a / loss_scale for a in g)
    finite = bool(jnp.isfinite(gw).all() & jnp.isfinite(gb).all())
    n = good_steps + 1

    if finite:
        w, b = w - lr * gw, b - lr * gb
    # scale first, then the count
    if finite and n <= growth_interval:  #@ scale-grown-early
        scale = min(loss_scale * 2, 2.0**24)  #@ scale-grown-early
    elif finite:
        scale = loss_scale
    else:
        scale = max(loss_scale / 2, 1.0)
    if not finite or n == growth_interval:
        n = 0
    return jnp.array([mse(w, b).astype(jnp.float32), scale, n])
