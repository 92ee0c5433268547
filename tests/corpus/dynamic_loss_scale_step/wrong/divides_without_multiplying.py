# expect: wrong_answer
# finding: missing-loss-scale
# allow: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def loss16(params, x, y):
    w, b, x, y = (a.astype(jnp.float16) for a in (*params, x, y))
    return jnp.mean((x @ w + b - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])

    grads = jax.grad(loss16)(params, x, y)  #@ missing-loss-scale
    grads = tuple(g.astype(jnp.float32) / loss_scale for g in grads)
    ok = bool(jnp.isfinite(grads[0]).all() & jnp.isfinite(grads[1]).all())

    if ok:
        params = tuple(p - lr * g for p, g in zip(params, grads))
        n = good_steps + 1
        s, n = (min(loss_scale * 2, 2.0**24), 0) if n == growth_interval else (loss_scale, n)
    else:
        s, n = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss16(params, x, y).astype(jnp.float32), s, n])
